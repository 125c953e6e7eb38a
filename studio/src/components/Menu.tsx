import { Check, type LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { Menu as AriaMenu, Header, MenuItem, MenuSection, MenuTrigger, Popover, Text } from "react-aria-components";
import css from "./Menu.module.css";

export interface Item {
  id: string;
  label: string;
  detail?: string | undefined;
  icon?: LucideIcon;
  checked?: boolean;
  danger?: boolean;
  /** Why it cannot be chosen now. */
  why?: string | false | undefined;
  onAction: () => void;
}

export interface Section {
  title?: string;
  items: readonly Item[];
}

interface Props {
  label: string;
  trigger: ReactElement;
  sections: Section[];
  /** Whether one chooses several before it closes. */
  several?: boolean;
}

/** A button that opens commands; the first child is the button. */
export function Menu({ label, trigger, sections, several = false }: Props) {
  const all = sections.flatMap((section) => section.items);
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={css.popover ?? ""} offset={4}>
        <AriaMenu
          aria-label={label}
          className={css.menu ?? ""}
          disabledKeys={all.filter((item) => item.why).map((item) => item.id)}
          onAction={(key) => all.find((item) => item.id === key)?.onAction()}
        >
          {sections.map((section) => (
            <MenuSection
              key={section.title ?? section.items[0]?.id ?? ""}
              className={css.section ?? ""}
              aria-label={section.title ?? label}
            >
              {section.title && <Header className={css.title ?? ""}>{section.title}</Header>}
              {section.items.map(({ icon: Icon, ...item }) => (
                <MenuItem
                  key={item.id}
                  id={item.id}
                  textValue={item.label}
                  shouldCloseOnSelect={!several}
                  className={`${css.item} ${item.danger ? css.danger : ""}`}
                >
                  {Icon && <Icon size={16} aria-hidden />}
                  <span className={css.words}>
                    <Text slot="label">{item.label}</Text>
                    {(item.why || item.detail) && (
                      <Text slot="description" className={css.detail ?? ""}>
                        {item.why || item.detail}
                      </Text>
                    )}
                  </span>
                  {item.checked && <Check size={16} aria-hidden className={css.check} />}
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
