import { Download } from "lucide-react";
import { download, type Format } from "../../api/metrics";
import { Button } from "../../components/Button";
import { Menu } from "../../components/Menu";
import { toast } from "../../components/toast";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { words } from "./words";

const FORMATS: readonly (readonly [Format, string])[] = [
  ["csv", "CSV"],
  ["xlsx", "Excel (XLSX)"],
  ["parquet", "Parquet"],
];

/** Keeps what is asked as a file, in one of three forms. */
export function ExportMenu({ path, body, name }: { path: string; body: object; name: string }) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const keep = (format: Format) =>
    download(path, sandbox, { ...body, format }, `${name}.${format}`).catch((error: Error) => toast(error.message));
  return (
    <Menu
      label={say("export")}
      trigger={<Button icon={Download}>{say("export")}</Button>}
      sections={[{ items: FORMATS.map(([id, label]) => ({ id, label, onAction: () => void keep(id) })) }]}
    />
  );
}
