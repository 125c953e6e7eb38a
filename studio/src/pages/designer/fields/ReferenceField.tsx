import { useContext, useId, useState } from "react";
import { useJourneysCalled } from "../../../api/listing";
import { SelectField } from "../../../components/Field";
import { useRested } from "../../../components/list";
import { words as places } from "../../../frame/words";
import { useSay } from "../../../messages/use";
import { words } from "../fieldWords";
import { fitting, type Reference } from "../named";
import { Pane } from "./context";
import { SuggestField } from "./SuggestField";

interface Props {
  label: string;
  error: string | undefined;
  isReadOnly: boolean;
  optional: boolean;
  reference: Reference;
  value: unknown;
  onChange: (value: string | undefined) => void;
}

/** The name of something that is there: chosen, or, of journeys, typed and found. */
export function ReferenceField({ reference, value, optional, onChange, ...rest }: Props) {
  const say = useSay(words);
  const { named, type } = useContext(Pane);
  const place = usePlaceOf(reference);
  const none = `none ${useId()}`;
  const text = typeof value === "string" ? value : "";
  if (reference === "journeys") return <JourneyField {...rest} value={text} onChange={onChange} />;
  const there = named ? fitting(named, reference, type) : [];
  const options = there.map(({ name, description }) => ({ id: name, label: description || name, detail: name }));
  const gone = text !== "" && !there.some(({ name }) => name === text) ? [{ id: text, label: text }] : [];
  return (
    <SelectField
      {...rest}
      value={text || (optional ? none : null)}
      onChange={(id) => onChange(id === none ? undefined : id)}
      placeholder={say("choose")}
      help={there.length > 0 ? undefined : place ? say("noneYetMade", { place }) : say("noneYet")}
      options={[...(optional ? [{ id: none, label: say("notSet") }] : []), ...gone, ...options]}
    />
  );
}

const MADE = ["events", "actions", "segments", "channels", "datasets", "namespaces"] as const;

/** The page where what is referred to is made, by its name; nothing for what is in the journey itself. */
function usePlaceOf(reference: Reference): string | undefined {
  const say = useSay(places);
  const made = MADE.find((each) => each === reference);
  return made && say(made);
}

function JourneyField({ value, ...rest }: Omit<Props, "reference" | "optional" | "value"> & { value: string }) {
  const { journey } = useContext(Pane);
  const [typed, setTyped] = useState(value);
  const found = useJourneysCalled(useRested(typed)).filter((name) => name !== journey);
  return (
    <SuggestField
      {...rest}
      value={value}
      onType={setTyped}
      suggestions={found.map((id) => ({ id }))}
      onChange={(name) => rest.onChange(name || undefined)}
    />
  );
}
