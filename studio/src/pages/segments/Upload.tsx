import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useNamespaces } from "../../api/profiles";
import { type UploadMode, upload } from "../../api/segments";
import { Button } from "../../components/Button";
import { ChoiceField } from "../../components/ChoiceField";
import { SelectField } from "../../components/Field";
import { Meter } from "../../components/Meter";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import { BadRows } from "../../files/BadRows";
import { idsIn, listIn, type Table } from "../../files/csv";
import { FileDrop } from "../../files/FileDrop";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { words } from "./words";

interface Read {
  file: string;
  table: Table;
}

/** Takes an audience from a file: shows first what is in it, then how far it is. */
export function Upload({ name }: { name: string }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const namespaces = useNamespaces();
  const [read, setRead] = useState<Read | undefined>();
  const [column, setColumn] = useState(0);
  const [namespace, setNamespace] = useState<string | null>(null);
  const [mode, setMode] = useState<UploadMode>("replace");
  const [sent, setSent] = useState<number | undefined>();
  const [done, setDone] = useState<number | undefined>();
  const [failure, setFailure] = useState<string | undefined>();
  const stop = useRef<AbortController>(undefined);
  const take = async (file: File) => {
    setRead({ file: file.name, table: listIn(await file.text()) });
    setColumn(0);
    setDone(undefined);
    setFailure(undefined);
  };
  const found = read && idsIn(read.table, column);
  const space = namespace ?? namespaces[0] ?? null;
  const send = async () => {
    if (!found || !space) return;
    const stopping = new AbortController();
    stop.current = stopping;
    setFailure(undefined);
    setSent(0);
    try {
      await upload(sandbox, name, space, found.ids, mode, setSent, stopping.signal);
      setDone(found.ids.length);
      setRead(undefined);
      void queries.invalidateQueries();
    } catch (error) {
      if (!stopping.signal.aborted) setFailure(error instanceof Error ? error.message : String(error));
    }
    setSent(undefined);
  };
  return (
    <>
      {done !== undefined && <Notice kind="good">{say("uploadDone", { count: done })}</Notice>}
      <FileDrop accept={[".csv", ".txt", "text/csv", "text/plain"]} onFile={(file) => void take(file)}>
        {say("uploadText")}
      </FileDrop>
      {read && found && (
        <>
          <Notice kind={found.ids.length ? "info" : "error"}>
            {say("found", { count: found.ids.length, file: read.file })}
          </Notice>
          {read.table.head.length > 1 && (
            <SelectField
              label={say("column")}
              value={String(column)}
              onChange={(next) => setColumn(Number(next))}
              options={read.table.head.map((label, index) => ({
                id: String(index),
                label: label || String(index + 1),
              }))}
            />
          )}
          <SelectField
            label={say("namespace")}
            value={space}
            onChange={setNamespace}
            options={namespaces.map((each) => ({ id: each, label: each }))}
          />
          <ChoiceField
            label={say("mode")}
            value={mode}
            onChange={setMode}
            options={[
              { id: "replace", label: say("replace"), detail: say("replaceHelp") },
              { id: "add", label: say("add") },
              { id: "remove", label: say("remove") },
            ]}
          />
          <BadRows bad={found.bad} />
          {failure && <Notice kind="error">{failure}</Notice>}
          {sent !== undefined && (
            <Meter done={sent} of={found.ids.length}>
              {say("sent", { done: sent, count: found.ids.length })}
            </Meter>
          )}
          <div>
            {sent === undefined ? (
              <Button
                kind="primary"
                why={(found.ids.length === 0 && say("noIds")) || (!space && because("needsNamespace"))}
                onPress={() => void send()}
              >
                {say("upload")}
              </Button>
            ) : (
              <Button onPress={() => stop.current?.abort()}>{say("cancel")}</Button>
            )}
          </div>
        </>
      )}
    </>
  );
}
