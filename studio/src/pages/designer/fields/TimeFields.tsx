import { useContext, useMemo, useState } from "react";
import { TextField as AriaTextField, FieldError, Input, Label, Text } from "react-aria-components";
import { TextField } from "../../../components/Field";
import fieldCss from "../../../components/Field.module.css";
import { instantOf, wallOf, zones } from "../../../document/zone";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { Pane } from "./context";
import { SuggestField } from "./SuggestField";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  value: string;
  onChange: (value: string | undefined) => void;
}

const WALL = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;

/** What clocks on the wall show in the journey's time zone. */
export function WallField({ value, onChange, ...rest }: Props) {
  const shown = value.slice(0, 16);
  return <Moment {...rest} value={shown.length === 10 ? `${shown}T00:00` : shown} onChange={onChange} />;
}

/** An instant, shown and chosen in the journey's time zone. */
export function MomentField({ value, onChange, ...rest }: Props) {
  const { zone } = useContext(Pane);
  return (
    <Moment
      {...rest}
      value={value ? wallOf(value, zone) : ""}
      onChange={(wall) => onChange(wall && instantOf(wall, zone))}
    />
  );
}

function Moment({ label, error, isReadOnly, value, onChange }: Props) {
  const say = useSay(words);
  const { zone } = useContext(Pane);
  return (
    <AriaTextField
      value={value}
      onChange={(wall) => (wall === "" ? onChange(undefined) : WALL.test(wall) && onChange(wall))}
      isReadOnly={isReadOnly}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className={fieldCss.field ?? ""}
    >
      <Label className={fieldCss.label ?? ""}>{label}</Label>
      <Input className={fieldCss.input ?? ""} type="datetime-local" />
      <Text slot="description" className={fieldCss.help ?? ""}>
        {say("inZone", { zone })}
      </Text>
      <FieldError className={fieldCss.error ?? ""}>{error}</FieldError>
    </AriaTextField>
  );
}

const TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** A time of day, as HH:MM. */
export function TimeField({ value, onChange, error, ...rest }: Props) {
  const say = useSay(words);
  const [typed, setTyped] = useState<string | undefined>();
  const bad = typed !== undefined && !TIME.test(typed);
  return (
    <TextField
      {...rest}
      value={typed ?? value}
      placeholder="09:00"
      error={bad ? say("badTime") : error}
      onChange={(text) => {
        setTyped(text);
        const padded = /^\d:/.test(text) ? `0${text}` : text;
        if (TIME.test(padded)) onChange(padded);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}

/** A time zone, with its present offset. */
export function ZoneField({ onChange, ...rest }: Props) {
  const all = useMemo(() => zones(Date.now()), []);
  return <SuggestField {...rest} suggestions={all} onChange={(zone) => onChange(zone || undefined)} />;
}
