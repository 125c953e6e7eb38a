import { SelectField, SwitchField, TextField } from "../../components/Field";
import { useSay } from "../../messages/use";
import { FORMATS, marked, type OwnField, titled, titleIn } from "./ownFields";
import css from "./Schemas.module.css";
import { words } from "./words";

interface Props {
  field: OwnField;
  readOnly: boolean;
  onChange: (field: OwnField) => void;
}

const NONE = "-";

/** What is said of a field besides its type: for people, and what its values keep. */
export function FieldMarks({ field, readOnly, onChange }: Props) {
  const say = useSay(words);
  const { kind, marks } = field;
  const set = (mark: string, value: unknown) => onChange(marked(field, mark, value));
  const title = (language: "en" | "ko") => (
    <TextField
      label={say(language === "en" ? "titleEn" : "titleKo")}
      value={titleIn(marks.$title, language)}
      onChange={(text) => set("$title", titled(marks.$title, language, text))}
      isReadOnly={readOnly}
    />
  );
  const list = (mark: string, label: string, help: string) => (
    <TextField
      label={label}
      help={help}
      value={Array.isArray(marks[mark]) ? (marks[mark] as unknown[]).join(", ") : ""}
      onChange={(text) =>
        set(
          mark,
          text === "" ? [] : text.split(",").map((each) => valueIn(each.trim(), mark === "$enum" ? kind : "string")),
        )
      }
      isReadOnly={readOnly}
    />
  );
  const number = (mark: string, label: string) => (
    <TextField
      label={label}
      value={marks[mark] === undefined ? "" : String(marks[mark])}
      onChange={(text) => set(mark, text === "" ? undefined : valueIn(text, "decimal"))}
      isReadOnly={readOnly}
    />
  );
  const text = kind === "string";
  const numeric = kind === "integer" || kind === "decimal";
  return (
    <div className={css.marks}>
      {title("en")}
      {title("ko")}
      <TextField
        label={say("description")}
        value={typeof marks.$description === "string" ? marks.$description : ""}
        onChange={(next) => set("$description", next)}
        isReadOnly={readOnly}
      />
      {(text || numeric) && list("$enum", say("enum"), say("commas"))}
      {text && (
        <>
          <SelectField
            label={say("format")}
            value={typeof marks.$format === "string" ? marks.$format : NONE}
            onChange={(next) => set("$format", next === NONE ? undefined : next)}
            options={[{ id: NONE, label: say("anyFormat") }, ...FORMATS.map((id) => ({ id, label: id }))]}
            isReadOnly={readOnly}
          />
          <TextField
            label={say("pattern")}
            mono
            value={typeof marks.$pattern === "string" ? marks.$pattern : ""}
            onChange={(next) => set("$pattern", next)}
            isReadOnly={readOnly}
          />
        </>
      )}
      {numeric && number("$minimum", say("minimum"))}
      {numeric && number("$maximum", say("maximum"))}
      {list("$labels", say("usage"), say("usageHelp"))}
      <SwitchField
        label={say("required")}
        value={marks.$required === true}
        onChange={(on) => set("$required", on)}
        isReadOnly={readOnly}
      />
    </div>
  );
}

/** A number where the type has one and the text is one. */
function valueIn(text: string, kind: string): string | number {
  const found = Number(text);
  return (kind === "integer" || kind === "decimal") && text !== "" && Number.isFinite(found) && !text.endsWith(".")
    ? found
    : text;
}
