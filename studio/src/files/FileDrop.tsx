import { FileTrigger } from "react-aria-components";
import { Button } from "../components/Button";
import { useSay } from "../messages/use";
import css from "./FileDrop.module.css";
import { words } from "./words";

interface Props {
  /** What sort of file, in a sentence. */
  children: string;
  accept: readonly string[];
  onFile: (file: File) => void;
}

/** Where a file is dropped, or chosen. */
export function FileDrop({ children, accept, onFile }: Props) {
  const say = useSay(words);
  const take = (file: File | undefined | null) => file && onFile(file);
  return (
    <div
      className={css.drop}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer.files[0]);
      }}
    >
      <p className="soft">{children}</p>
      <FileTrigger acceptedFileTypes={[...accept]} onSelect={(files) => take(files?.[0])}>
        <Button>{say("chooseFile")}</Button>
      </FileTrigger>
    </div>
  );
}
