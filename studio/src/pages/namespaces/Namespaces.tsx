import { Fingerprint } from "lucide-react";
import { DocumentPage } from "../../configuration/DocumentPage";
import { Beside } from "../../frame/Beside";
import { words } from "./words";

interface Namespace {
  readonly name: string;
  readonly description?: string;
}

const BLANK: Namespace = { name: "" };

/** Kinds of identities. */
export default function Namespaces() {
  return (
    <DocumentPage<Namespace>
      path="/configuration/namespaces"
      folder="namespaces"
      words={words}
      icon={Fingerprint}
      blank={BLANK}
      columns={[]}
      commands={<Beside of="/configuration/schemas" />}
      names="namespace"
      fixedName
      form={() => null}
    />
  );
}
