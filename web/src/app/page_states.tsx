import { Link, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Card } from "@/widgets/card";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";

export function PageMissing() {
  const { t } = useTranslation();
  return (
    <Card>
      <EmptyState
        title={t("error.notFound")}
        next={
          <>
            {t("error.notFoundNext")}{" "}
            <Link to="/" className="link">
              {t("error.toOverview")}
            </Link>
          </>
        }
      />
    </Card>
  );
}

interface PageFailureProps {
  readonly error: unknown;
}

export function PageFailure({ error }: PageFailureProps) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <Card>
      <ErrorState
        what={`${t("error.page")}. ${t("error.pageNext")}`}
        failure={{ message: error instanceof Error ? error.message : String(error) }}
        onRetry={() => {
          void router.invalidate();
        }}
      />
    </Card>
  );
}
