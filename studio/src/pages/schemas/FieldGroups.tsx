import { Group } from "lucide-react";
import type { Resource } from "./document";
import { fieldGroups } from "./pageWords";
import { ResourcePage } from "./ResourcePage";
import { ResourceForm } from "./SchemaForm";

const BLANK: Resource = { name: "" };

/** Fields that belong together, for schemas to take in. */
export default function FieldGroups() {
  return (
    <ResourcePage<Resource>
      path="/configuration/fieldgroups"
      folder="fieldgroups"
      words={fieldGroups}
      icon={Group}
      blank={BLANK}
      form={(editing) => <ResourceForm editing={editing} />}
    />
  );
}
