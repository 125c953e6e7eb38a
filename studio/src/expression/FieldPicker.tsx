import { ChevronDown } from "lucide-react";
import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import fieldCss from "../components/Field.module.css";
import { Picker } from "../components/Picker";
import { useTypeName } from "../configuration/typeNames";
import { useSay } from "../messages/use";
import css from "./Expression.module.css";
import { type OfferedField, useFieldGroup, useFieldLabel, useFieldPlace, useFieldText, type Value } from "./fields";
import { words } from "./words";

interface Props {
  fields: readonly OfferedField[];
  samples: ReadonlyMap<string, readonly Value[]>;
  reference: string;
  onPick: (field: OfferedField) => void;
}

/** Which field a condition looks at: searched by name, each with its type and what it held lately. */
export function FieldPicker({ fields, samples, reference, onPick }: Props) {
  const say = useSay(words);
  const group = useFieldGroup();
  const [label, place, text] = [useFieldLabel(), useFieldPlace(), useFieldText()];
  const typeName = useTypeName();
  const chosen = fields.find((field) => field.reference === reference);
  const picks = fields.map((field) => ({
    id: field.reference,
    text: text(field),
    group: group(field),
    field,
    shown: (
      <>
        <span className={css.pick}>
          <span className="only-read-aloud">{place(field)}</span>
          {field.title}
          <small>
            {[field.path.slice(1, -1).join(" › "), samples.get(field.reference)?.join(", ")]
              .filter(Boolean)
              .join(" · ")}
          </small>
        </span>
        <kbd>{field.type === "segment" ? "" : typeName(field.type)}</kbd>
      </>
    ),
  }));
  return (
    <DialogTrigger>
      <Button className={`${fieldCss.input} ${fieldCss.select} ${css.fieldButton}`}>
        {chosen ? (
          <span className={css.chosen} title={label(chosen)}>
            {place(chosen) && <small>{place(chosen)}</small>}
            <span>{chosen.title}</span>
          </span>
        ) : (
          <span>{reference || say("chooseField")}</span>
        )}
        <ChevronDown size={16} aria-hidden />
      </Button>
      <Popover className={css.popover ?? ""} placement="bottom start">
        <Dialog aria-label={say("chooseField")} className={css.popoverDialog ?? ""}>
          {({ close }) => (
            <Picker
              label={say("chooseField")}
              placeholder={say("searchField")}
              picks={picks}
              most={200}
              nothing={() => say("noFields")}
              onPick={(pick) => {
                close();
                onPick(pick.field);
              }}
            />
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
