import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type Refusal, sendRecords, useDatasetFields } from "../../api/profiles";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { SelectField } from "../../components/Field";
import { Meter } from "../../components/Meter";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import { BadRows, Lines } from "../../files/BadRows";
import { linesIn, recordsIn, type Table, tableIn } from "../../files/csv";
import { FileDrop } from "../../files/FileDrop";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { useDatasets } from "./datasets";
import { words } from "./words";

interface Read {
  file: string;
  text: string;
  /** Undefined: JSON lines. */
  table: Table | undefined;
}

/** Takes profiles and events from a file, some at a time, and tells what was refused. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const sandbox = useSandbox();
  const queries = useQueryClient();
  const { attributes, events } = useDatasets();
  const datasets = [...attributes, ...events];
  const [chosen, setChosen] = useState<string | null>(null);
  const dataset = chosen ?? datasets[0]?.name ?? null;
  const fields = useDatasetFields(dataset).data?.fields ?? {};
  const [read, setRead] = useState<Read | undefined>();
  const [sent, setSent] = useState<number | undefined>();
  const [refused, setRefused] = useState<readonly Refusal[]>([]);
  const [done, setDone] = useState<number | undefined>();
  const [failure, setFailure] = useState<string | undefined>();
  const stop = useRef<AbortController>(undefined);
  const take = async (file: File) => {
    const text = await file.text();
    setRead({ file: file.name, text, table: text.trimStart().startsWith("{") ? undefined : tableIn(text) });
    setDone(undefined);
    setRefused([]);
    setFailure(undefined);
  };
  const found = read && (read.table ? recordsIn(read.table, fields) : linesIn(read.text));
  const unknown =
    read?.table?.head.filter((each) => each && !(each in fields) && !each.startsWith("identityMap")) ?? [];
  const send = async () => {
    if (!found || !dataset) return;
    const stopping = new AbortController();
    stop.current = stopping;
    setFailure(undefined);
    setSent(0);
    try {
      const told = (count: number, so: readonly Refusal[]) => {
        setSent(count);
        setRefused([...so]);
      };
      const bad = await sendRecords(sandbox, dataset, found.records, told, stopping.signal);
      setDone(found.records.length - bad.length);
      void queries.invalidateQueries();
    } catch (error) {
      if (!stopping.signal.aborted) setFailure(error instanceof Error ? error.message : String(error));
    }
    setSent(undefined);
  };
  return (
    <Dialog
      wide
      title={say("importTitle")}
      onClose={onClose}
      footer={
        sent !== undefined ? (
          <Button onPress={() => stop.current?.abort()}>{say("cancel")}</Button>
        ) : done !== undefined ? (
          <Button kind="primary" onPress={onClose}>
            {say("done")}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{say("cancel")}</Button>
            <Button
              kind="primary"
              why={(!dataset && because("needsDataset")) || (!found?.records.length && because("needsFile"))}
              onPress={() => void send()}
            >
              {say("import")}
            </Button>
          </>
        )
      }
    >
      {datasets.length === 0 ? (
        <Notice kind="info">{say("noDataset")}</Notice>
      ) : (
        <>
          <SelectField
            label={say("dataset")}
            value={dataset}
            onChange={setChosen}
            help={say("fieldsOf", { fields: Object.keys(fields).slice(0, 12).join(", ") })}
            options={datasets.map((each) => ({ id: each.name, label: each.name, detail: each.schema }))}
          />
          <FileDrop
            accept={[".csv", ".jsonl", ".ndjson", ".json", "text/csv", "application/json"]}
            onFile={(file) => void take(file)}
          >
            {say("importText")}
          </FileDrop>
        </>
      )}
      {read && found && done === undefined && (
        <>
          <Notice kind={found.records.length ? "info" : "error"}>
            {say("records", { count: found.records.length, file: read.file })}
          </Notice>
          {unknown.length > 0 && (
            <Notice kind="warning">{say("unknownColumns", { columns: unknown.join(", ") })}</Notice>
          )}
        </>
      )}
      {sent !== undefined && found && (
        <Meter done={sent} of={found.records.length}>
          {say("sent", { done: sent, count: found.records.length })}
        </Meter>
      )}
      {failure && <Notice kind="error">{failure}</Notice>}
      {done !== undefined && <Notice kind="good">{say("imported", { count: done })}</Notice>}
      {found && <BadRows bad={found.bad} />}
      <Lines title={say("refusedRecords", { count: refused.length })} lines={refused} />
    </Dialog>
  );
}
