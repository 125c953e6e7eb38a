import { type Journey, useJourneyCommands, usePlan } from "../../api/journeys";
import type { Plan } from "../../api/types";
import { kindWord, nameIn } from "../../canvas/names";
import { Button } from "../../components/Button";
import { Confirm, Dialog } from "../../components/Dialog";
import { Notice } from "../../components/Notice";
import { toast } from "../../components/toast";
import type { JourneyDocument } from "../../document/types";
import { useLanguage } from "../../frame/preferences";
import { useSay } from "../../messages/use";
import type { EditorState } from "./editor";
import css from "./PublishDialog.module.css";
import { words } from "./words";

interface Props {
  journey: Journey;
  document: JourneyDocument;
  state: EditorState;
  onShow: () => void;
  onPublished: () => void;
  onClose: () => void;
}

/** Says what publishing will do and to how many people; or what stands in its way. */
export function PublishDialog({ journey, document, state, onShow, onPublished, onClose }: Props) {
  const say = useSay(words);
  const { name } = journey;
  const { move } = useJourneyCommands();
  const errors = state.findings.filter((finding) => finding.severity === "error").length;
  const warnings = state.findings.length - errors;
  const plan = usePlan(name, errors === 0).data;
  if (errors > 0) {
    return (
      <Dialog
        title={say("publishTitle", { name })}
        onClose={onClose}
        footer={
          <Button kind="primary" onPress={onShow}>
            {say("showFindings")}
          </Button>
        }
      >
        <Notice kind="error">{say("publishBlocked", { count: errors })}</Notice>
      </Dialog>
    );
  }
  const publish = async () => {
    await move.mutateAsync({ name, verb: "publish" });
    toast(say("published", { name }));
    onPublished();
  };
  return (
    <Confirm
      title={say("publishTitle", { name })}
      verb={say("publish")}
      pending={move.isPending}
      error={move.error?.message}
      onConfirm={() => void publish().catch(() => undefined)}
      onClose={onClose}
    >
      {plan && <Changes plan={plan} document={document} />}
      {warnings > 0 && <Notice kind="warning">{say("publishWarnings", { count: warnings })}</Notice>}
    </Confirm>
  );
}

/** Who enters from now on, who stays where, and what is different from the version that is live. */
function Changes({ plan, document }: { plan: Plan; document: JourneyDocument }) {
  const say = useSay(words);
  const language = useLanguage();
  const start = document.activities[document.start];
  if (plan.against === null) {
    const segment = String(start?.segment ?? "");
    if (start?.type === "readAudience") return <p>{say("publishAudience", { segment })}</p>;
    if (start?.type === "segmentQualification") return <p>{say("publishSegment", { segment })}</p>;
    return <p>{say("publishFirst", { event: String(start?.event ?? "") })}</p>;
  }
  const changed = plan.activities.filter((each) => each.change !== "unchanged");
  return (
    <>
      <p>{say("publishNext", { version: plan.version, count: plan.waiting })}</p>
      <ul className={css.changes}>
        {changed.map(({ id, label, type, change, waiting }) => (
          <li key={id}>
            <strong>
              {id in document.activities
                ? nameIn(document, id, language)
                : label === id && madeId(id, type)
                  ? kindWord(type, language)
                  : label}
            </strong>
            <span className="soft">{isChange(change) ? say(change) : kindWord(type, language)}</span>
            {waiting > 0 && <span className="soft">{say("waitHere", { count: waiting })}</span>}
          </li>
        ))}
        {plan.properties.length > 0 && <li>{say("propertiesChange", { count: plan.properties.length })}</li>}
      </ul>
    </>
  );
}

function isChange(change: string): change is "added" | "changed" | "removed" {
  return ["added", "changed", "removed"].includes(change);
}

/** Whether an id is one that the designer makes for a kind: of an activity that is gone, all that is left of its name. */
function madeId(id: string, type: string): boolean {
  return id.replace(/_\d+$/, "") === type;
}
