import { Shapes } from "lucide-react";
import { ChoiceField } from "../../components/ChoiceField";
import { useField } from "../../configuration/form";
import { useSay } from "../../messages/use";
import type { Resource } from "./document";
import { classes } from "./pageWords";
import { ResourcePage } from "./ResourcePage";
import { ResourceForm } from "./SchemaForm";
import { words } from "./words";

const BEHAVIORS = ["record", "timeseries"] as const;

interface Class extends Resource {
  readonly behavior?: (typeof BEHAVIORS)[number] | undefined;
}

const BLANK: Class = { name: "" };

/** What schemas are about. */
export default function Classes() {
  const say = useSay(words);
  const behavior = (row: Class) => say(row.behavior ?? "record");
  return (
    <ResourcePage<Class>
      path="/configuration/classes"
      folder="classes"
      words={classes}
      icon={Shapes}
      blank={BLANK}
      columns={[{ id: "behavior", label: say("behavior"), sort: behavior, cell: behavior }]}
      form={(editing) => (
        <>
          <Behavior value={editing.document.behavior} onChange={(chosen) => editing.change({ behavior: chosen })} />
          <ResourceForm editing={editing} />
        </>
      )}
    />
  );
}

function Behavior({ value, onChange }: { value: Class["behavior"]; onChange: (chosen: Class["behavior"]) => void }) {
  const say = useSay(words);
  return (
    <ChoiceField
      label={say("behavior")}
      value={value ?? "record"}
      onChange={onChange}
      options={BEHAVIORS.map((id) => ({ id, label: say(id), detail: say(`${id}Help`) }))}
      {...useField("behavior")}
    />
  );
}
