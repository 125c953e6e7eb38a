import { useState } from "react";
import { SelectField } from "../../components/Field";
import type { Editing } from "../../configuration/editing";
import { documentPath } from "../../configuration/editing";
import { TestCall } from "../../configuration/TestCall";
import { useSay } from "../../messages/use";
import { parametersOf, type SourceDocument } from "./document";
import { words } from "./words";

const TOKEN = " token";
/** The ways that fetch a token. */
const FETCHING = ["customAuthorization", "oauth2", "jwtBearer"];

/** Asks a data source once. */
export function TestSource({ editing }: { editing: Editing<SourceDocument> }) {
  const say = useSay(words);
  const { document: source, dirty } = editing;
  const groups = source.fieldGroups ?? {};
  const names = Object.keys(groups);
  const [chosen, setChosen] = useState<string | undefined>();
  const name = chosen === TOKEN || (chosen && chosen in groups) ? chosen : (names[0] ?? TOKEN);
  const group = groups[name];
  return (
    <TestCall
      key={name}
      path={`${documentPath("sources", source.name)}/test`}
      dirty={dirty}
      parameters={Object.entries(group ? parametersOf(group) : {}).map(([label, type]) => ({
        at: `parameters.${label}`,
        label,
        type,
      }))}
      body={(values) => ({
        ...(group ? { fieldGroup: name } : {}),
        parameters: Object.fromEntries(
          Object.entries(values).map(([at, value]) => [at.slice("parameters.".length), value]),
        ),
      })}
    >
      <SelectField
        label={say("group")}
        value={name}
        onChange={setChosen}
        options={[
          ...names.map((id) => ({ id, label: id })),
          ...(FETCHING.includes(source.authentication?.type ?? "") ? [{ id: TOKEN, label: say("tokenAlone") }] : []),
        ]}
      />
    </TestCall>
  );
}
