import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaProps, Tooltip, TooltipTrigger } from "react-aria-components";
import css from "./Button.module.css";

interface Common extends Omit<AriaProps, "children" | "className" | "isDisabled" | "isPending" | "render"> {
  icon?: LucideIcon;
  /** Why it cannot be pressed now: whoever comes to it, by mouse or keyboard, is told. */
  why?: string | false | undefined;
  /** What it began is still under way. */
  busy?: boolean;
}

interface Props extends Common {
  children: ReactNode;
  kind?: "primary" | "plain" | "quiet" | "danger";
}

/** A command in words. One primary button a view. */
export function Button({ children, kind = "plain", icon: Icon, why, busy, ...rest }: Props) {
  return (
    <TooltipTrigger delay={150} isDisabled={!why} shouldCloseOnPress={false}>
      <AriaButton {...rest} {...(why || busy ? OFF : {})} className={`${css.button} ${css[kind]}`}>
        {Icon && <Icon size={16} aria-hidden />}
        {children}
      </AriaButton>
      {why && (
        <Tooltip className={css.tooltip ?? ""} offset={6}>
          {why}
        </Tooltip>
      )}
    </TooltipTrigger>
  );
}

interface IconProps extends Common {
  label: string;
  icon: LucideIcon;
  pressed?: boolean;
}

/** A command as a picture, with its words as tooltip and for screen readers. */
export function IconButton({ label, icon: Icon, pressed, why, busy, ...rest }: IconProps) {
  return (
    <TooltipTrigger delay={why ? 150 : 400} shouldCloseOnPress={!why}>
      <AriaButton
        {...rest}
        {...(why || busy ? OFF : {})}
        aria-label={label}
        aria-pressed={pressed}
        className={`${css.icon} ${pressed ? css.pressed : ""}`}
      >
        <Icon size={18} aria-hidden />
      </AriaButton>
      <Tooltip className={css.tooltip ?? ""} offset={6}>
        {why ? `${label}: ${why}` : label}
      </Tooltip>
    </TooltipTrigger>
  );
}

/** Nothing happens by it, and no form is sent; it keeps the focus and its tooltip. */
const OFF: Partial<AriaProps> = {
  onPress: () => undefined,
  type: "button",
  render: (props) => <button {...props} aria-disabled />,
};
