import { useNavigate } from "@tanstack/react-router";
import { DateField } from "../../components/DateField";
import { SelectField } from "../../components/Field";
import { useSay } from "../../messages/use";
import { type Asked, GRAINS, PRESETS, type Range } from "./range";
import { words } from "./words";

/** Which time is looked at, and in which pieces: it stands in the address. */
export function RangeBar({ asked, range }: { asked: Asked; range: Range }) {
  const say = useSay(words);
  const navigate = useNavigate();
  const put = (change: Asked) =>
    void navigate({ to: ".", search: (old: Record<string, unknown>) => ({ ...old, ...change }), replace: true });
  const preset = asked.range ?? "all";
  return (
    <>
      <SelectField
        label={say("range")}
        hideLabel
        value={preset}
        onChange={(range) => put({ range: range as Asked["range"] })}
        options={PRESETS.map((id) => ({ id, label: say(id) }))}
      />
      {preset === "own" && (
        <>
          <DateField label={say("from")} value={asked.from ?? ""} onChange={(from) => put({ from })} />
          <DateField label={say("until")} value={asked.until ?? ""} onChange={(until) => put({ until })} />
        </>
      )}
      <SelectField
        label={say("grain")}
        hideLabel
        value={range.grain}
        onChange={(grain) => put({ grain: grain as Asked["grain"] })}
        options={GRAINS.map((id) => ({ id, label: say(id) }))}
      />
    </>
  );
}
