import { FileUp, type LucideIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Folder } from "../../api/documents";
import { Button } from "../../components/Button";
import { type CatalogPath, useOpened } from "../../components/CatalogPage";
import type { Column } from "../../components/Table";
import { DocumentPage, type DocumentWords } from "../../configuration/DocumentPage";
import type { PanelProps } from "../../configuration/DocumentPanel";
import { usePropose } from "../../configuration/drafts";
import { isObject } from "../../configuration/example";
import { PasteExample } from "../../configuration/PasteExample";
import { Beside } from "../../frame/Beside";
import { useLanguage } from "../../frame/preferences";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import { imported, type Resource } from "./document";
import { pathsOf, read, titleIn } from "./ownFields";
import { words } from "./words";

interface Props<D extends Resource> extends Pick<PanelProps<D>, "blank" | "form" | "views"> {
  path: CatalogPath;
  folder: Folder;
  words: DocumentWords;
  icon: LucideIcon;
  /** Those behind the title. */
  columns?: readonly Column<D>[];
  /** What a JSON Schema that is imported begins with. */
  begin?: Partial<D>;
  /** Other ways to begin one. */
  commands?: ReactNode;
  children?: ReactNode;
}

/** Schemas, or what they are made of: all have titles and fields, and can come of a JSON Schema. */
export function ResourcePage<D extends Resource>({ begin, commands, columns, children, ...page }: Props<D>) {
  const say = useSay(words);
  const language = useLanguage();
  const mayManage = useMay("manage-configuration");
  const [importing, setImporting] = useState(false);
  const propose = usePropose(page.folder, useOpened(page.path));
  const title = (row: D) => titleIn(row.title, language) || titleIn(row.title, "en");
  const count = (row: D) => (row.definition ? null : pathsOf(read(row.fields ?? {})).length);
  return (
    <DocumentPage<D>
      {...page}
      columns={[
        { id: "title", label: say("title"), sort: title, cell: (row) => title(row) || "-" },
        ...(columns ?? []),
        { id: "fields", label: say("fieldsOf"), numeric: true, sort: count, cell: (row) => count(row) ?? "-" },
      ]}
      text={title}
      names="long"
      commands={
        <>
          <Beside of="/configuration/schemas" />
          {mayManage && (
            <>
              {commands}
              <Button icon={FileUp} onPress={() => setImporting(true)}>
                {say("importJson")}
              </Button>
            </>
          )}
        </>
      }
    >
      {children}
      {importing && (
        <PasteExample
          title={say("importJson")}
          help={say("definitionHelp")}
          value={undefined}
          object
          onClose={() => setImporting(false)}
          onTake={(value) => {
            if (!isObject(value)) return;
            setImporting(false);
            propose({ ...imported(value), ...begin });
          }}
        />
      )}
    </DocumentPage>
  );
}
