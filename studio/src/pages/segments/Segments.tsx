import { UsersRound } from "lucide-react";
import { type SegmentState, useSegmentStates } from "../../api/segments";
import type { Filter } from "../../components/rows";
import type { Column } from "../../components/Table";
import { DocumentPage } from "../../configuration/DocumentPage";
import { useLanguage } from "../../frame/preferences";
import { useMay } from "../../frame/session";
import { number, percent } from "../../messages/text";
import { useSay } from "../../messages/use";
import type { SegmentDocument } from "./document";
import { Members } from "./Members";
import { SegmentForm } from "./SegmentForm";
import { Upload } from "./Upload";
import { words } from "./words";

const BLANK: SegmentDocument = { name: "", definition: "" };
const EVALUATIONS = ["streaming", "streaming and scheduled", "uploaded"] as const;

/** All segments, with how large they are. */
export default function Segments() {
  const say = useSay(words);
  const language = useLanguage();
  const mayManage = useMay("manage-configuration");
  const states = useSegmentStates().data;
  const of = (row: SegmentDocument) => states?.find((each) => each.name === row.name);
  const status = (state: SegmentState | undefined) => {
    if (!state) return "-";
    if (state.progress) {
      return say("running", { share: percent(state.progress.done / Math.max(1, state.progress.of), language) });
    }
    if (state.errors) return say("failing", { count: state.errors });
    return say(state.evaluatedAt === null && state.evaluation !== "uploaded" ? "notYet" : "ready");
  };
  const evaluation = (row: SegmentDocument) => {
    const found = of(row)?.evaluation;
    return found ? say(found) : "-";
  };
  const columns: Column<SegmentDocument>[] = [
    { id: "evaluation", label: say("evaluation"), sort: evaluation, cell: evaluation },
    {
      id: "size",
      label: say("size"),
      numeric: true,
      sort: (row) => of(row)?.size ?? null,
      cell: (row) => number(of(row)?.size ?? 0, language),
    },
    { id: "status", label: say("status"), cell: (row) => status(of(row)) },
  ];
  const filters: readonly Filter<SegmentDocument>[] = [
    {
      id: "evaluation",
      label: say("evaluation"),
      kind: "choice",
      options: EVALUATIONS.map((id) => ({ id, label: say(id) })),
      of: (row) => [of(row)?.evaluation ?? ""],
    },
  ];
  return (
    <DocumentPage<SegmentDocument>
      path="/segments"
      folder="segments"
      words={words}
      icon={UsersRound}
      blank={BLANK}
      columns={columns}
      filters={filters}
      text={(row) => row.definition ?? ""}
      names="long"
      form={(editing) => <SegmentForm editing={editing} />}
      views={({ document, dirty }) =>
        mayManage
          ? [
              { id: "members", label: say("members"), content: <Members name={document.name} /> },
              ...(document.definition === undefined
                ? [
                    {
                      id: "upload",
                      label: say("upload"),
                      content: dirty ? <p>{say("saveFirst")}</p> : <Upload name={document.name} />,
                    },
                  ]
                : []),
            ]
          : []
      }
    />
  );
}
