import { type Journey, useJourneyCommands, useReport } from "../../api/journeys";
import { Button } from "../../components/Button";
import { Confirm, Dialog } from "../../components/Dialog";
import { Notice } from "../../components/Notice";
import { toast } from "../../components/toast";
import type { JourneyDocument } from "../../document/types";
import { useMay } from "../../frame/session";
import { useSay } from "../../messages/use";
import type { EditorState } from "./editor";
import { words } from "./words";

interface Props {
  journey: Journey;
  document: JourneyDocument;
  state: EditorState;
  onShow: () => void;
  onClose: () => void;
}

/** Says what publishing will do and to how many people; or what stands in its way. */
export function PublishDialog({ journey, document, state, onShow, onClose }: Props) {
  const say = useSay(words);
  const { name } = journey;
  const { move } = useJourneyCommands();
  const inside = useReport(name, useMay("read-reports")).data?.current ?? 0;
  const errors = state.findings.filter((finding) => finding.severity === "error").length;
  const warnings = state.findings.length - errors;
  const version = journey.versions.at(-1)?.version ?? 1;
  const running = journey.versions.some((each) => each.status === "live");
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
    onClose();
  };
  const event = document.activities[document.start]?.event;
  return (
    <Confirm
      title={say("publishTitle", { name })}
      verb={say("publish")}
      pending={move.isPending}
      error={move.error?.message}
      onConfirm={() => void publish().catch(() => undefined)}
      onClose={onClose}
    >
      <p>
        {running
          ? say("publishNext", { version, count: inside })
          : say("publishFirst", { event: String(event ?? document.start) })}
      </p>
      {warnings > 0 && <Notice kind="warning">{say("publishWarnings", { count: warnings })}</Notice>}
    </Confirm>
  );
}
