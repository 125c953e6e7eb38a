import { Plus, Trash2 } from "lucide-react";
import { Button, IconButton } from "../../components/Button";
import { ChoiceField } from "../../components/ChoiceField";
import { ChoicesField } from "../../components/ChoicesField";
import { CountField } from "../../components/CountField";
import { SwitchField } from "../../components/Field";
import { FormSection } from "../../components/FormSection";
import { CHANNELS, useChannelOptions } from "../../configuration/channels";
import type { Editing } from "../../configuration/editing";
import { useField, useFields } from "../../configuration/form";
import { useSay } from "../../messages/use";
import { DurationField } from "../designer/fields/DurationField";
import { TimeField } from "../designer/fields/TimeFields";
import type { FrequencyRule, QuietHours, RulesetDocument } from "./document";
import css from "./Rulesets.module.css";
import { words } from "./words";

const SCOPES = ["named", "everywhere"] as const;

/** Where the rules hold, how often, and when not. */
export function RulesetForm({ editing }: { editing: Editing<RulesetDocument> }) {
  const say = useSay(words);
  const { document: ruleset, change, readOnly } = editing;
  const rules = ruleset.frequency ?? [];
  const put = (frequency: readonly FrequencyRule[]) => change({ frequency: frequency.length ? frequency : undefined });
  return (
    <>
      <ChoiceField
        label={say("scope")}
        value={ruleset.everywhere ? "everywhere" : "named"}
        onChange={(chosen) => change({ everywhere: chosen === "everywhere" || undefined })}
        options={SCOPES.map((id) => ({ id, label: say(id), detail: say(`${id}Help`) }))}
        {...useField("everywhere")}
      />
      <FormSection
        title={say("frequency")}
        help={say("frequencyHelp")}
        actions={
          !readOnly && (
            <Button icon={Plus} onPress={() => put([...rules, { limit: 3, period: "P7D" }])}>
              {say("addRule")}
            </Button>
          )
        }
      >
        {rules.map((rule, index) => (
          <Rule
            key={index}
            number={index + 1}
            rule={rule}
            onChange={(next) => put(rules.map((each, place) => (place === index ? next : each)))}
            onRemove={() => put(rules.filter((_, place) => place !== index))}
          />
        ))}
      </FormSection>
      <FormSection title={say("quiet")} help={say("quietHelp")}>
        <SwitchField
          label={say("quiet")}
          value={Boolean(ruleset.quietHours)}
          onChange={(on) => change({ quietHours: on ? { from: "21:00", to: "08:00" } : undefined })}
          isReadOnly={readOnly}
        />
        {ruleset.quietHours && <Quiet hours={ruleset.quietHours} onChange={(quietHours) => change({ quietHours })} />}
      </FormSection>
    </>
  );
}

interface RuleProps {
  number: number;
  rule: FrequencyRule;
  onChange: (rule: FrequencyRule) => void;
  onRemove: () => void;
}

function Rule({ number, rule, onChange, onRemove }: RuleProps) {
  const say = useSay(words);
  const field = useFields();
  const at = `frequency.${number - 1}`;
  const { isReadOnly } = field(at);
  return (
    <fieldset className={css.rule}>
      <legend>{say("rule", { number })}</legend>
      {!isReadOnly && <IconButton label={say("removeRule", { number })} icon={Trash2} onPress={onRemove} />}
      <Channels at={at} value={rule.channels} onChange={(channels) => onChange({ ...rule, channels })} />
      <CountField
        label={say("limit")}
        value={rule.limit}
        onChange={(limit) => onChange({ ...rule, limit })}
        {...field(`${at}.limit`)}
      />
      <DurationField
        label={say("period")}
        value={rule.period}
        onChange={(period) => onChange({ ...rule, period: period ?? "PT0S" })}
        optional={false}
        {...field(`${at}.period`)}
      />
    </fieldset>
  );
}

function Quiet({ hours, onChange }: { hours: QuietHours; onChange: (hours: QuietHours) => void }) {
  const say = useSay(words);
  const field = useFields();
  return (
    <>
      <Channels at="quietHours" value={hours.channels} onChange={(channels) => onChange({ ...hours, channels })} />
      <div className={css.hours}>
        {(["from", "to"] as const).map((end) => (
          <TimeField
            key={end}
            label={say(end)}
            value={hours[end]}
            onChange={(time) => onChange({ ...hours, [end]: time ?? "" })}
            {...field(`quietHours.${end}`)}
          />
        ))}
      </div>
    </>
  );
}

interface ChannelsProps {
  at: string;
  value: readonly string[] | undefined;
  onChange: (channels: readonly string[]) => void;
}

function Channels({ at, value, onChange }: ChannelsProps) {
  const say = useSay(words);
  return (
    <ChoicesField
      label={say("channels")}
      options={useChannelOptions()}
      value={value ?? CHANNELS}
      onChange={onChange}
      required
      {...useField(`${at}.channels`)}
    />
  );
}
