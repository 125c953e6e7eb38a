import { Braces } from "lucide-react";
import { useContext, useEffect, useMemo, useRef, useState } from "react";
import { Dialog, DialogTrigger, Popover, TextArea } from "react-aria-components";
import { Button } from "../../../components/Button";
import fieldCss from "../../../components/Field.module.css";
import { Picker } from "../../../components/Picker";
import { useFieldGroup, useFieldPlace, useFieldText, useOfferedFields } from "../../../expression/fields";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { Pane } from "./context";
import css from "./Fields.module.css";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  name: string;
  value: string;
  onChange: (value: string) => void;
}

/** Lines that a text has room for, by its field. */
const LINES: Readonly<Record<string, number>> = { html: 10, text: 5 };

/** A text with personalisation: fields are put where the cursor stands, in double braces. */
export function TemplateField({ label, error, isReadOnly, name, value, onChange }: Props) {
  const say = useSay(words);
  const box = useRef<HTMLTextAreaElement>(null);
  const id = `template-${name}`;
  const put = (reference: string) => {
    const [from, to] = [box.current?.selectionStart ?? value.length, box.current?.selectionEnd ?? value.length];
    onChange(`${value.slice(0, from)}{{ ${reference} }}${value.slice(to)}`);
    requestAnimationFrame(() => {
      const at = from + reference.length + 6;
      box.current?.focus();
      box.current?.setSelectionRange(at, at);
    });
  };
  return (
    <div className={css.stack}>
      <div className={css.templateHead}>
        <label htmlFor={id} className={css.label}>
          {label}
        </label>
        {!isReadOnly && (
          <DialogTrigger>
            <Button kind="quiet" icon={Braces} aria-label={`${say("personalise")}: ${label}`}>
              {say("personalise")}
            </Button>
            <Popover className={css.pickerPopover ?? ""} placement="bottom end">
              <Dialog aria-label={say("personalise")} className={css.pickerDialog ?? ""}>
                {({ close }) => (
                  <Fields
                    onPick={(reference) => {
                      close();
                      put(reference);
                    }}
                  />
                )}
              </Dialog>
            </Popover>
          </DialogTrigger>
        )}
      </div>
      <TextArea
        id={id}
        ref={box}
        rows={LINES[name] ?? 1}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        readOnly={isReadOnly}
        aria-invalid={Boolean(error)}
        aria-describedby={error ? `${id}-error` : undefined}
        className={`${fieldCss.input} ${name === "html" ? fieldCss.mono : ""}`}
      />
      {error && (
        <p id={`${id}-error`} className={css.error}>
          {error}
        </p>
      )}
    </div>
  );
}

function Fields({ onPick }: { onPick: (reference: string) => void }) {
  const say = useSay(words);
  const { journey, activity, flush } = useContext(Pane);
  const sight = useMemo(() => ({ journey, activity }), [journey, activity]);
  const group = useFieldGroup();
  const [place, text] = [useFieldPlace(), useFieldText()];
  const [known, setKnown] = useState(false);
  useEffect(() => void flush().then(() => setKnown(true)), [flush]);
  const fields = useOfferedFields(sight, known).filter((field) => field.root !== "segment");
  const picks = fields.map((field) => ({
    id: field.reference,
    text: text(field),
    group: group(field),
    shown: (
      <>
        <span className="only-read-aloud">{place(field)}</span>
        {field.title}
        <small className={css.fieldPath}>{field.path.slice(1, -1).join(" › ")}</small>
      </>
    ),
  }));
  return (
    <Picker
      label={say("chooseField")}
      placeholder={say("chooseField")}
      picks={picks}
      most={200}
      nothing={() => (known ? say("noField") : "")}
      onPick={(pick) => onPick(pick.id)}
    />
  );
}
