import { CircleAlert, ClipboardCopy, TriangleAlert, X } from "lucide-react";
import type { Finding } from "../../api/types";
import { nameIn } from "../../canvas/names";
import { IconButton } from "../../components/Button";
import { toast } from "../../components/toast";
import { isUnfilled } from "../../configuration/form";
import type { JourneyDocument } from "../../document/types";
import { inOrder } from "../../document/ways";
import { useLanguage } from "../../frame/preferences";
import { useSay } from "../../messages/use";
import css from "./FindingsPanel.module.css";
import { useFieldWord } from "./fields/names";
import { words } from "./words";

interface Props {
  document: JourneyDocument;
  findings: readonly Finding[];
  onGo: (activity: string | null) => void;
  onClose: () => void;
}

/** All that is to say about the journey: the whole first, then activity by activity in the order of the flow. */
export function FindingsPanel({ document, findings, onGo, onClose }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const fieldWord = useFieldWord();
  const order = [null, ...inOrder(document)];
  const sorted = [...findings].sort((one, other) => order.indexOf(one.activity) - order.indexOf(other.activity));
  const where = ({ kind, name, activity }: Finding) => {
    if (activity) return nameIn(document, activity, language);
    return kind === "journey" ? say("wholeJourney") : `${kind} ${name}`;
  };
  const unfilled = ({ code, field, params }: Finding) =>
    (code === "ERR_PARAM_MANDATORY" && params?.name) || fieldWord(field.split(".").at(-1) ?? "");
  const told = (finding: Finding): readonly [message: string, hint?: string | null] =>
    isUnfilled(finding) ? [say("fillInField", { field: unfilled(finding) })] : [finding.message, finding.hint];
  const copy = () => {
    const lines = sorted.map((each) => [where(each), ...told(each), each.code].filter(Boolean).join(" | "));
    void navigator.clipboard?.writeText(lines.join("\n")).then(() => toast(say("detailsCopied")));
  };
  return (
    <section aria-label={say("findingsTitle")} className={css.panel}>
      <header>
        <h2>{say("findingsTitle")}</h2>
        <span>
          <IconButton label={say("copyDetails")} icon={ClipboardCopy} onPress={copy} />
          <IconButton label={say("done")} icon={X} onPress={onClose} />
        </span>
      </header>
      <ul>
        {sorted.map((finding) => {
          const [message, hint] = told(finding);
          const Icon = finding.severity === "error" ? CircleAlert : TriangleAlert;
          return (
            <li key={`${finding.code} ${finding.field} ${finding.message}`}>
              <button type="button" className={css[finding.severity]} onClick={() => onGo(finding.activity)}>
                <Icon size={16} aria-hidden />
                <strong>{where(finding)}</strong>
                <span>
                  {message}
                  {hint && <span className="soft"> {hint}</span>}
                </span>
                <code>{finding.code}</code>
              </button>
            </li>
          );
        })}
      </ul>
      {sorted.length === 0 && <p className="soft">{say("noErrors")}</p>}
    </section>
  );
}
