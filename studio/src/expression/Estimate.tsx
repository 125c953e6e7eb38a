import { ApiError } from "../api/errors";
import { useEstimate } from "../api/segments";
import { useRested } from "../components/list";
import { Meter } from "../components/Meter";
import { useLanguage } from "../frame/preferences";
import { useMay } from "../frame/session";
import { percent } from "../messages/text";
import { useSay } from "../messages/use";
import { words } from "./words";

/** How many would be in a segment of this definition, told as it is written. */
export function Estimate({ definition }: { definition: string }) {
  const say = useSay(words);
  const language = useLanguage();
  const rested = useRested(definition, 300);
  const query = useEstimate(rested, useMay("manage-configuration"));
  if (!definition || query.error instanceof ApiError) return null; // what is wrong with it is said where it is written
  const found = rested === definition ? query.data : undefined;
  if (!found)
    return (
      <Meter done={0} of={1}>
        {say("estimating")}
      </Meter>
    );
  const { size, profiles, seen, sampled, examples } = found;
  const share = percent(profiles ? size / profiles : 0, language);
  const people = examples.flatMap((each) => each[0]?.id ?? []).slice(0, 3);
  return (
    <Meter
      done={size}
      of={profiles}
      foot={
        <small className="soft">
          {sampled && `${say("sampled", { seen })} `}
          {size === 0 ? say("nobody") : say("among", { people: people.join(", ") })}
        </small>
      }
    >
      <strong>{say(sampled ? "about" : "estimate", { size, profiles, share })}</strong>
    </Meter>
  );
}
