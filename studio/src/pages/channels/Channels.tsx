import { Megaphone } from "lucide-react";
import { useChannelOptions } from "../../configuration/channels";
import { DocumentPage } from "../../configuration/DocumentPage";
import { Beside } from "../../frame/Beside";
import { useSay } from "../../messages/use";
import { ChannelForm } from "./ChannelForm";
import { BEGIN, type ChannelDocument, kindOf, throughOf } from "./document";
import { words } from "./words";

const BLANK: ChannelDocument = { name: "", email: BEGIN.email };

/** Through what messages go out. */
export default function Channels() {
  const say = useSay(words);
  const kinds = new Map(useChannelOptions().map(({ id, label }) => [id, label]));
  const kind = (row: ChannelDocument) => kinds.get(kindOf(row)) ?? "";
  const category = (row: ChannelDocument) => say(row.category ?? "marketing");
  return (
    <DocumentPage<ChannelDocument>
      path="/configuration/channels"
      folder="channels"
      words={words}
      icon={Megaphone}
      blank={BLANK}
      columns={[
        { id: "kind", label: say("kind"), sort: kind, cell: kind },
        { id: "through", label: say("through"), sort: throughOf, cell: (row) => throughOf(row) || "-" },
        { id: "category", label: say("category"), sort: category, cell: category },
      ]}
      text={throughOf}
      commands={<Beside of="/configuration/channels" />}
      names="long"
      form={(editing) => <ChannelForm editing={editing} />}
    />
  );
}
