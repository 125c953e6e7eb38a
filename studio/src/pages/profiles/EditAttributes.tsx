import { type FormEvent, useState } from "react";
import { useChange } from "../../api/change";
import { type Identity, type Profile, sendRecords, useDatasetFields } from "../../api/profiles";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { SelectField, SwitchField, TextField } from "../../components/Field";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import { toast } from "../../components/toast";
import { recordsIn } from "../../files/csv";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { at } from "./attributes";
import { useDatasets } from "./datasets";
import css from "./Person.module.css";
import { words } from "./words";

/** Fields that are written otherwise, or tell of other systems. */
const OWN = /^(identityMap|testProfile|_id$|personID$|extSourceSystemAudit|consents)/;

interface Props {
  person: Identity;
  profile: Profile;
  onClose: () => void;
}

/** Writes attributes of somebody as a new record: of those fields that are changed here. */
export function EditAttributes({ person, profile, onClose }: Props) {
  const say = useSay(words);
  const because = useSay(reasons);
  const sandbox = useSandbox();
  const written = useDatasets().attributes;
  const [chosen, setChosen] = useState<string | null>(null);
  const dataset = chosen ?? written[0]?.name ?? null;
  const fields = useDatasetFields(dataset).data;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [test, setTest] = useState(profile.testProfile);
  const shown = (path: string) => {
    const value = at(profile.attributes, path);
    return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  };
  const save = useChange(async () => {
    const paths = Object.keys(values).filter((path) => values[path] !== shown(path));
    const table = { head: paths, rows: [{ line: 1, cells: paths.map((path) => values[path] ?? "") }] };
    const { records, bad } = recordsIn(table, fields?.fields ?? {});
    if (bad[0]) throw new Error(bad[0].text);
    const record = {
      ...JSON.parse(records[0]?.json ?? "{}"),
      identityMap: { [person.namespace]: [{ id: person.id, primary: true }] },
      ...(test === profile.testProfile ? {} : { testProfile: test }),
    };
    const key = fields?.key ? shown(fields.key) : "";
    if (fields?.key && key && !paths.includes(fields.key))
      put(record, fields.key.split("."), at(profile.attributes, fields.key));
    const [refused] = await sendRecords(sandbox, dataset ?? "", [{ line: 1, json: JSON.stringify(record) }]);
    if (refused) throw new Error(refused.why);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!changed || !dataset) return;
    save.mutate(undefined, {
      onSuccess: () => {
        toast(say("saved"));
        onClose();
      },
    });
  };
  const changed = test !== profile.testProfile || Object.entries(values).some(([path, value]) => value !== shown(path));
  const editable = Object.entries(fields?.fields ?? {})
    .filter(([path, type]) => path !== fields?.key && !OWN.test(path) && !type.startsWith("map"))
    .sort(([one], [other]) => Number(shown(one) === "") - Number(shown(other) === ""));
  return (
    <Dialog
      title={say("edit")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            form="attributes"
            why={(!dataset && because("needsDataset")) || (!changed && because("nothingChanged"))}
            busy={save.isPending}
          >
            {say("save")}
          </Button>
        </>
      }
    >
      {dataset === null ? (
        <Notice kind="info">{say("noDataset")}</Notice>
      ) : (
        <form id="attributes" onSubmit={submit} className={css.fields}>
          <p className="soft">{say("editText")}</p>
          {save.error && <Notice kind="error">{save.error.message}</Notice>}
          <SelectField
            label={say("dataset")}
            value={dataset}
            onChange={(next) => {
              setChosen(next);
              setValues({});
            }}
            options={written.map((each) => ({ id: each.name, label: each.name, detail: each.schema }))}
          />
          <SwitchField label={say("testProfile")} value={test} onChange={setTest} />
          {editable.map(([path, type]) => (
            <TextField
              key={path}
              label={path}
              help={type}
              value={values[path] ?? shown(path)}
              onChange={(text) => setValues({ ...values, [path]: text })}
            />
          ))}
        </form>
      )}
    </Dialog>
  );
}

function put(record: Record<string, unknown>, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    record[name] = value;
    return;
  }
  const inner = (record[name] ?? {}) as Record<string, unknown>;
  record[name] = inner;
  put(inner, rest, value);
}
