import "./styles/base.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { I18nProvider } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { get } from "./api/client";
import { ApiError } from "./api/errors";
import { useLanguage } from "./frame/preferences";
import { router } from "./router";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => !(error instanceof ApiError) && failures < 3,
      networkMode: "always", // the server may be on this machine
    },
    mutations: { networkMode: "always" },
  },
});

// Asked for while the page's script still comes.
for (const [key, path] of [
  ["me", "/api/access/me"],
  ["sandboxes", "/api/sandboxes"],
  ["status", "/api/status"],
] as const) {
  void queries.prefetchQuery({ queryKey: [key], queryFn: () => get(path), staleTime: 10_000 });
}

function Studio() {
  const language = useLanguage();
  return (
    <I18nProvider locale={language === "ko" ? "ko-KR" : "en-GB"}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>
  );
}

void router.load(); // the page is on its way while it is asked who is signed in

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Studio />
    </StrictMode>,
  );
}
