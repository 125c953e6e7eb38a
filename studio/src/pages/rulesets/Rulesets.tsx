import { BellOff } from "lucide-react";
import { useChannelOptions } from "../../configuration/channels";
import { DocumentPage } from "../../configuration/DocumentPage";
import { durationWords } from "../../document/duration";
import { Beside } from "../../frame/Beside";
import { useLanguage } from "../../frame/preferences";
import { useSay } from "../../messages/use";
import type { RulesetDocument } from "./document";
import { RulesetForm } from "./RulesetForm";
import { words } from "./words";

const BLANK: RulesetDocument = { name: "", frequency: [{ limit: 3, period: "P7D" }] };

/** How often customers may hear from us, and when not. */
export default function Rulesets() {
  const say = useSay(words);
  const language = useLanguage();
  const labels = new Map(useChannelOptions().map(({ id, label }) => [id as string, label]));
  const scope = (row: RulesetDocument) => say(row.everywhere ? "everywhere" : "named");
  const frequency = (row: RulesetDocument) =>
    (row.frequency ?? [])
      .map(({ channels = [], limit, period }) => {
        const most = say("atMost", { limit, period: durationWords(period, language) });
        return [channels.map((each) => labels.get(each) ?? each).join(", "), most].filter(Boolean).join(" ");
      })
      .join(" · ");
  const quiet = ({ quietHours }: RulesetDocument) => (quietHours ? `${quietHours.from} – ${quietHours.to}` : "-");
  return (
    <DocumentPage<RulesetDocument>
      path="/configuration/rulesets"
      folder="rulesets"
      words={words}
      icon={BellOff}
      blank={BLANK}
      columns={[
        { id: "scope", label: say("scope"), sort: scope, cell: scope },
        { id: "frequency", label: say("frequency"), cell: (row) => frequency(row) || "-" },
        { id: "quiet", label: say("quiet"), cell: quiet },
      ]}
      commands={<Beside of="/configuration/channels" />}
      names="long"
      form={(editing) => <RulesetForm editing={editing} />}
    />
  );
}
