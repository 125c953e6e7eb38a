import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DragEvent, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import { useSandbox } from "../../frame/session";
import { words as frame } from "../../frame/words";
import { useSay } from "../../messages/use";
import css from "./Journeys.module.css";
import { arrivals, type Exported, exportedIn, useImport } from "./transfer";
import { words } from "./words";

/** Brings a journey from a file: first says what comes with it and which names are taken here. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const [found, setFound] = useState<Exported | undefined>();
  const [bad, setBad] = useState(false);
  const bring = useImport();
  const read = async (file: File | undefined) => {
    if (!file) return;
    const exported = exportedIn(await file.text());
    bring.reset();
    setBad(exported === undefined);
    setFound(exported);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  const made = bring.data;
  return (
    <Dialog
      title={say("importTitle")}
      onClose={onClose}
      footer={
        made ? (
          <Button kind="primary" onPress={onClose}>
            {say("done")}
          </Button>
        ) : (
          <Button
            kind="primary"
            why={!found && because("needsFile")}
            busy={bring.isPending}
            onPress={() => found && void bring.mutateAsync(found).catch(() => undefined)}
          >
            {say("import")}
          </Button>
        )
      }
    >
      {!made && (
        <div className={css.drop} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
          <p className="soft">{say("importText")}</p>
          <FileTrigger acceptedFileTypes={["application/json"]} onSelect={(files) => void read(files?.[0])}>
            <Button>{say("chooseFile")}</Button>
          </FileTrigger>
        </div>
      )}
      {bad && <Notice kind="error">{say("noExport")}</Notice>}
      {bring.error && <Notice kind="error">{bring.error.message}</Notice>}
      {found && !made && <Arrivals found={found} />}
      {made && (
        <>
          <Notice kind="good">{say("imported")}</Notice>
          <ul className={css.arrivals}>
            {made.map(({ type, name, from }) => (
              <li key={`${type} ${from}`}>
                {type === "journey" ? (
                  <Link to="/journeys/$name" params={{ name }}>
                    {name}
                  </Link>
                ) : (
                  <span>{name}</span>
                )}
                {name !== from && <span className="soft">{say("renamed", { name: from })}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

function Arrivals({ found }: { found: Exported }) {
  const say = useSay(words);
  const folder = useSay(frame);
  const sandbox = useSandbox();
  const all = useQuery({
    queryKey: ["arrivals", sandbox, found],
    queryFn: () => arrivals(sandbox, found),
  }).data;
  if (!all) return null;
  const taken = all.filter((each) => each.taken).length;
  return (
    <>
      <p>{say("brings", { name: found.journeyVersion.document.name, count: all.length })}</p>
      {taken > 0 && <Notice kind="warning">{say("namesTaken", { count: taken })}</Notice>}
      <ul className={css.arrivals}>
        {all.map((each) => (
          <li key={`${each.folder} ${each.name}`}>
            <span>{each.name}</span>
            <span className="soft">{each.folder in frame ? folder(each.folder as "segments") : each.folder}</span>
            {each.taken && <span className={css.taken}>{say("nameIsTaken")}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
