import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";
import css from "./Tabs.module.css";

export interface TabOf {
  id: string;
  label: string;
  content: ReactNode;
}

/** Several views of one thing, one at a time. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly TabOf[] }) {
  return (
    <AriaTabs className={css.tabs ?? ""}>
      <TabList aria-label={label} className={css.list ?? ""}>
        {tabs.map((tab) => (
          <Tab key={tab.id} id={tab.id} className={css.tab ?? ""}>
            {tab.label}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className={css.panel ?? ""}>
          {tab.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
