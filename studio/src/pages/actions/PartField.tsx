import { SelectField, TextField } from "../../components/Field";
import { SCALARS } from "../../configuration/example";
import { PairsField } from "../../configuration/PairsField";
import { useTypeName } from "../../configuration/typeNames";
import { useSay } from "../../messages/use";
import css from "./Actions.module.css";
import type { Part } from "./document";
import { isVariable } from "./template";
import { words } from "./words";

interface Props {
  section: "headers" | "query";
  label: string;
  addLabel: string;
  value: Readonly<Record<string, Part>> | undefined;
  onChange: (value: Record<string, Part> | undefined) => void;
  readOnly: boolean;
}

/** Headers or query parameters, each the same for all journeys or given by each. */
export function PartsField({ section, label, addLabel, value, onChange, readOnly }: Props) {
  const say = useSay(words);
  return (
    <PairsField<Part>
      label={label}
      nameLabel={say("name")}
      addLabel={addLabel}
      at={section}
      value={value}
      onChange={onChange}
      begin=""
      row={(part, put, name) => <PartRow part={part} onChange={put} name={name} readOnly={readOnly} />}
    />
  );
}

interface RowProps {
  part: Part;
  onChange: (part: Part) => void;
  name: string;
  readOnly: boolean;
}

function PartRow({ part, onChange, name, readOnly }: RowProps) {
  const say = useSay(words);
  const typeName = useTypeName();
  const variable = isVariable(part);
  return (
    <div className={css.part}>
      <SelectField
        label={say("kindOf", { name })}
        hideLabel
        value={variable ? "variable" : "constant"}
        onChange={(next) => onChange(next === "variable" ? { $variable: "string", $label: name } : "")}
        options={[
          { id: "constant", label: say("constant") },
          { id: "variable", label: say("variable") },
        ]}
        isReadOnly={readOnly}
      />
      {variable ? (
        <>
          <SelectField
            label={say("typeOf", { name })}
            hideLabel
            value={part.$variable}
            onChange={($variable) => onChange({ ...part, $variable })}
            options={SCALARS.map((id) => ({ id, label: typeName(id) }))}
            isReadOnly={readOnly}
          />
          <TextField
            label={say("labelOf", { name })}
            hideLabel
            placeholder={say("label")}
            value={part.$label ?? ""}
            onChange={($label) => onChange({ ...part, $label })}
            isReadOnly={readOnly}
          />
        </>
      ) : (
        <TextField
          label={say("valueOf", { name })}
          hideLabel
          placeholder={say("value")}
          value={String(part)}
          onChange={onChange}
          isReadOnly={readOnly}
        />
      )}
    </div>
  );
}
