import { ChoiceField } from "../../components/ChoiceField";
import { TextField } from "../../components/Field";
import { ExpressionField } from "../../configuration/ExpressionField";
import type { Editing } from "../../configuration/editing";
import { useField } from "../../configuration/form";
import { Estimate } from "../../expression/Estimate";
import { useSay } from "../../messages/use";
import type { SegmentDocument } from "./document";
import { SizeNow } from "./SizeNow";
import { words } from "./words";

const SIGHT = { segment: true } as const;

/** Who belongs to a segment. */
export function SegmentForm({ editing }: { editing: Editing<SegmentDocument> }) {
  const say = useSay(words);
  const { document: segment, change, isNew, readOnly, dirty } = editing;
  const daily = useField("daily");
  const rule = segment.definition !== undefined;
  return (
    <>
      {!isNew && <SizeNow name={segment.name} rule={rule} />}
      {isNew && (
        <ChoiceField
          label={say("kind")}
          value={rule ? "rule" : "list"}
          onChange={(kind) => change({ definition: kind === "rule" ? "" : undefined, daily: undefined })}
          options={[
            { id: "rule", label: say("rule"), detail: say("ruleHelp") },
            { id: "list", label: say("list"), detail: say("listHelp") },
          ]}
          isReadOnly={readOnly}
        />
      )}
      {rule && (
        <>
          <ExpressionField
            label={say("definition")}
            unset={say("setDefinition")}
            at="definition"
            sight={SIGHT}
            use="condition"
            value={segment.definition ?? ""}
            onChange={(definition) => change({ definition: definition ?? "" })}
          />
          {(isNew || dirty) && <Estimate definition={segment.definition ?? ""} />}
          <TextField
            label={say("daily")}
            help={say("dailyHelp")}
            placeholder="02:00"
            value={segment.daily ?? ""}
            onChange={(time) => change({ daily: time || undefined })}
            {...daily}
          />
        </>
      )}
    </>
  );
}
