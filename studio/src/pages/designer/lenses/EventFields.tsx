import { useQuery } from "@tanstack/react-query";
import { get } from "../../../api/client";
import { SelectField, SwitchField, TextField } from "../../../components/Field";
import { useSandbox } from "../../../frame/session";
import { useSay } from "../../../messages/use";
import { type JsonSchema, type Row, rowsOf } from "./eventForm";
import css from "./Lens.module.css";
import { words } from "./words";

interface Form {
  rows: readonly Row[];
  sample: Record<string, unknown>;
}

interface Props {
  rows: readonly Row[];
  values: Readonly<Record<string, unknown>>;
  onChange: (values: Readonly<Record<string, unknown>>) => void;
}

/** A field for each value of an event, each as its sample is until it is set; what every event has is folded. */
export function EventFields({ rows, values, onChange }: Props) {
  const say = useSay(words);
  const fields = (shown: readonly Row[]) => (
    <div className={css.pairs}>
      {shown.map((row) => (
        <Value
          key={row.path}
          row={row}
          value={values[row.path] ?? row.sample}
          onChange={(value) => onChange({ ...values, [row.path]: value })}
        />
      ))}
    </div>
  );
  const own = rows.filter((row) => row.own);
  const others = rows.filter((row) => !row.own);
  if (own.length === 0 || others.length === 0) return fields(rows);
  return (
    <>
      {fields(own)}
      <details className={css.others}>
        <summary>{say("otherFields", { count: others.length })}</summary>
        {fields(others)}
      </details>
    </>
  );
}

/** The event's sample and schema as rows. */
export function useEventForm(event: string) {
  const sandbox = useSandbox();
  return useQuery({
    queryKey: ["event form", sandbox, event],
    queryFn: async (): Promise<Form> => {
      const path = `/api/events/${encodeURIComponent(event)}`;
      const { schema } = await get<{ schema: string }>(path, sandbox);
      const [fields, preview] = await Promise.all([
        get<JsonSchema>(`/api/schemas/${encodeURIComponent(schema)}/fields`, sandbox),
        get<{ request: { body: { body: { xdmEntity: Record<string, unknown> } } } }>(`${path}/payload`, sandbox),
      ]);
      const sample = preview.request.body.body.xdmEntity;
      return { sample, rows: rowsOf(sample, fields) };
    },
    enabled: event !== "",
    staleTime: 60_000,
  });
}

function Value({ row, value, onChange }: { row: Row; value: unknown; onChange: (value: unknown) => void }) {
  const help = row.path === row.title ? undefined : row.path;
  if (row.kind === "boolean")
    return <SwitchField label={row.title} help={help} value={value === true} onChange={onChange} />;
  if (row.kind === "choice") {
    return (
      <SelectField
        label={row.title}
        help={help}
        value={String(value ?? "")}
        onChange={onChange}
        options={row.options.map((id) => ({ id, label: id }))}
      />
    );
  }
  const read = (text: string) => {
    const number = Number(text);
    return row.kind === "number" && text.trim() !== "" && Number.isFinite(number) ? number : text;
  };
  return (
    <TextField label={row.title} help={help} value={String(value ?? "")} onChange={(text) => onChange(read(text))} />
  );
}
