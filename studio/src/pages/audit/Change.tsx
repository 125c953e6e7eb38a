import { differences } from "../../administration/difference";
import type { Audited } from "../../api/access";
import { CodeBlock } from "../../components/CodeBlock";
import { FormSection } from "../../components/FormSection";
import { PropertyList } from "../../components/PropertyList";
import { useLanguage } from "../../frame/preferences";
import { who } from "../../frame/who";
import { when } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./Change.module.css";
import { words } from "./words";

/** One change: who, when, and field by field from what to what. */
export function Change({ entry }: { entry: Audited }) {
  const say = useSay(words);
  const language = useLanguage();
  const how = entry.actorKind === "token" && say("byToken");
  const found = differences(entry.before, entry.after);
  return (
    <>
      <PropertyList
        items={[
          [say("at"), when(entry.at, language)],
          [say("actor"), [who(entry.actor, language), how && `(${how})`].filter(Boolean).join(" ")],
          [say("name"), entry.name],
          [say("sandbox"), entry.sandbox],
          [say("action"), <code key="action">{entry.action}</code>],
          [say("id"), <code key="id">{entry.id}</code>],
        ]}
      />
      <FormSection title={say("difference")}>
        {found.length === 0 ? (
          <p className="soft">{say("nothing")}</p>
        ) : (
          <table className={css.difference}>
            <thead>
              <tr>
                <th scope="col">{say("field")}</th>
                <th scope="col">{say("before")}</th>
                <th scope="col">{say("after")}</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ path, before, after }) => (
                <tr key={path}>
                  <td>
                    <code>{path}</code>
                  </td>
                  <td>{before === undefined ? <span className="soft">{say("unset")}</span> : <del>{before}</del>}</td>
                  <td>{after === undefined ? <span className="soft">{say("unset")}</span> : <ins>{after}</ins>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </FormSection>
      {found.length > 0 && (
        <FormSection title={say("raw")}>
          <CodeBlock
            label={say("raw")}
            text={JSON.stringify({ before: entry.before, after: entry.after }, null, 2)}
            rows={16}
          />
        </FormSection>
      )}
    </>
  );
}
