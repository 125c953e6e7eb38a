import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { KINDS, useDocuments } from "../api/documents";
import { CatalogPage, type CatalogPath, type CatalogWords, useOpened } from "../components/CatalogPage";
import type { Filter } from "../components/rows";
import type { Column } from "../components/Table";
import { useLanguage } from "../frame/preferences";
import { useMay } from "../frame/session";
import { type Text, textIn } from "../messages/text";
import { useSay } from "../messages/use";
import { DocumentPanel, type PanelProps } from "./DocumentPanel";
import type { Named } from "./editing";
import { useStateColumns, useUnsavedMark } from "./states";
import { words } from "./words";

interface Described extends Named {
  readonly description?: string | undefined;
}

/** What a page of documents says of them; `newTitle` is what stands above a new one. */
export interface DocumentWords extends CatalogWords {
  readonly create: Text;
  readonly newTitle: Text;
}

interface Props<D extends Named> extends Omit<PanelProps<D>, "kind" | "newTitle" | "opened" | "taken"> {
  path: CatalogPath;
  words: DocumentWords;
  icon: LucideIcon;
  /** Those between the name and what is told of every document. */
  columns: readonly Column<D>[];
  /** What a search looks in besides name and description. */
  text?: (row: D) => string;
  filters?: readonly Filter<D>[];
  /** More commands beside the title. */
  commands?: ReactNode;
  /** Dialogs that are open. */
  children?: ReactNode;
}

/** The documents of a kind, each open beside them to look at, to change, to make. */
export function DocumentPage<D extends Described>(props: Props<D>) {
  const { path, folder, words: own, icon, columns, text, filters, commands, children, ...panel } = props;
  const say = useSay(words);
  const language = useLanguage();
  const query = useDocuments<D>(folder);
  const opened = useOpened(path);
  const mayManage = useMay("manage-configuration");
  const unsaved = useUnsavedMark(folder);
  const states = useStateColumns<D>(KINDS[folder]);
  const description: Column<D> = {
    id: "description",
    label: say("description"),
    cell: (row) => row.description || "-",
    extra: true,
  };
  return (
    <CatalogPage
      path={path}
      opened={opened}
      words={own}
      icon={icon}
      mayCreate={mayManage}
      query={query}
      rowId={(row) => row.name}
      mark={unsaved}
      text={(row) => `${row.description ?? ""} ${text?.(row) ?? ""}`}
      nameLabel={say("name")}
      columns={[...columns, description, ...states]}
      {...(filters && { filters })}
      commands={commands}
    >
      <DocumentPanel<D>
        {...panel}
        folder={folder}
        kind={say(KINDS[folder])}
        newTitle={textIn(own.newTitle, language)}
        opened={opened}
        taken={(query.data ?? []).map((each) => each.name)}
      />
      {children}
    </CatalogPage>
  );
}
