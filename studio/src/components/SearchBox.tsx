import { Search, X } from "lucide-react";
import { Button, Input, SearchField } from "react-aria-components";
import { useSay } from "../messages/use";
import css from "./SearchBox.module.css";
import { words } from "./words";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Where one types what is looked for; Esc empties it. */
export function SearchBox({ label, value, onChange }: Props) {
  const say = useSay(words);
  return (
    <SearchField aria-label={label} value={value} onChange={onChange} className={css.search ?? ""}>
      <Search size={16} aria-hidden />
      <Input placeholder={label} />
      {value && (
        <Button aria-label={say("clear")}>
          <X size={14} aria-hidden />
        </Button>
      )}
    </SearchField>
  );
}
