import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaProps, Tooltip, TooltipTrigger } from "react-aria-components";
import css from "./Button.module.css";

interface Props extends Omit<AriaProps, "children" | "className"> {
  children: ReactNode;
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: LucideIcon;
}

/** A command in words. One primary button a view. */
export function Button({ children, kind = "plain", icon: Icon, ...rest }: Props) {
  return (
    <AriaButton {...rest} className={`${css.button} ${css[kind]}`}>
      {Icon && <Icon size={16} aria-hidden />}
      {children}
    </AriaButton>
  );
}

interface IconProps extends Omit<AriaProps, "children" | "className"> {
  label: string;
  icon: LucideIcon;
  pressed?: boolean;
}

/** A command as a picture, with its words as tooltip and for screen readers. */
export function IconButton({ label, icon: Icon, pressed, ...rest }: IconProps) {
  return (
    <TooltipTrigger delay={400}>
      <AriaButton
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        className={`${css.icon} ${pressed ? css.pressed : ""}`}
      >
        <Icon size={18} aria-hidden />
      </AriaButton>
      <Tooltip className={css.tooltip ?? ""} offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
