import { Puzzle } from "lucide-react";
import type { Resource } from "./document";
import { dataTypes } from "./pageWords";
import { ResourcePage } from "./ResourcePage";
import { ResourceForm } from "./SchemaForm";

const BLANK: Resource = { name: "" };

/** Objects that are used in many places. */
export default function DataTypes() {
  return (
    <ResourcePage<Resource>
      path="/configuration/datatypes"
      folder="datatypes"
      words={dataTypes}
      icon={Puzzle}
      blank={BLANK}
      form={(editing) => <ResourceForm editing={editing} />}
    />
  );
}
