import {
  Bell,
  CalendarDays,
  CircleStop,
  Clock,
  FlaskConical,
  Gauge,
  GitFork,
  Hourglass,
  type LucideIcon,
  Mail,
  MessageSquare,
  MousePointerClick,
  Percent,
  Send,
  Shuffle,
  UserRoundPen,
  Users,
  UsersRound,
  Webhook,
  Zap,
} from "lucide-react";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  event: Zap,
  segmentQualification: UsersRound,
  reaction: MousePointerClick,
  readAudience: Users,
  condition: GitFork,
  timeCondition: Clock,
  dateCondition: CalendarDays,
  percentageSplit: Percent,
  abSplit: FlaskConical,
  profileCap: Gauge,
  wait: Hourglass,
  end: CircleStop,
  action: Send,
  updateProfile: UserRoundPen,
  jump: Shuffle,
  email: Mail,
  push: Bell,
  sms: MessageSquare,
  webhook: Webhook,
};

export function iconOf(type: string): LucideIcon {
  return ICONS[type] ?? Send;
}
