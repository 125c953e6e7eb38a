import { isImplied, PERMISSIONS, toggled, withImplied } from "../../administration/permissions";
import { words as shared } from "../../administration/words";
import type { ProductProfile } from "../../api/access";
import type { Permission } from "../../api/types";
import { useSandboxes } from "../../frame/session";
import { useSay } from "../../messages/use";
import css from "./Matrix.module.css";
import { words } from "./words";

type Grants = ProductProfile["grants"];
export const EVERYWHERE = "*";

interface Props {
  grants: Grants;
  onChange: (grants: Grants) => void;
  isReadOnly: boolean;
}

/** Which permission where: a row for each permission, a column for each sandbox. */
export function Matrix({ grants, onChange, isReadOnly }: Props) {
  const say = useSay(words);
  const common = useSay(shared);
  const known = useSandboxes().data?.map((each) => each.name) ?? [];
  const columns = [EVERYWHERE, ...new Set([...known, ...Object.keys(grants).filter((each) => each !== EVERYWHERE)])];
  const called = (sandbox: string) => (sandbox === EVERYWHERE ? say("everywhere") : sandbox);
  const everywhere = withImplied(grants[EVERYWHERE] ?? []);
  const toggle = (permission: Permission, sandbox: string) => {
    const { [sandbox]: given = [], ...others } = grants;
    const next = toggled(permission, withImplied(given));
    onChange(next.length ? { ...others, [sandbox]: next } : others);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section tabIndex={0} aria-label={say("permissions")} className={css.scroll}>
      <table className={css.matrix}>
        <thead>
          <tr>
            <th scope="col">{say("permission")}</th>
            {columns.map((sandbox) => (
              <th key={sandbox} scope="col">
                {called(sandbox)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {PERMISSIONS.map((permission) => (
            <tr key={permission}>
              <th scope="row">{common(permission)}</th>
              {columns.map((sandbox) => {
                const given = withImplied(grants[sandbox] ?? []);
                const general = sandbox !== EVERYWHERE && everywhere.includes(permission);
                const fixed = general ? say("givenEverywhere") : isImplied(permission, given) && common("implied");
                return (
                  <td key={sandbox}>
                    <input
                      type="checkbox"
                      aria-label={say("grant", { permission: common(permission), sandbox: called(sandbox) })}
                      checked={general || given.includes(permission)}
                      disabled={isReadOnly}
                      aria-disabled={fixed ? true : undefined}
                      title={fixed || undefined}
                      onChange={() => !fixed && toggle(permission, sandbox)}
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
