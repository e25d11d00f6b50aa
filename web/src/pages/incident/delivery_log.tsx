// Who was told, and whether it arrived.

import { useTranslation } from "react-i18next";

import { useDeliveries, type Delivery } from "@/api/deliveries";
import { kDeliveryMark } from "@/app/marks";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { InlineCode } from "@/widgets/inline_code";
import { Skeleton } from "@/widgets/skeleton";
import { StateMark } from "@/widgets/state_mark";

import "./delivery_log.css";

interface DeliveryLogProps {
  readonly incidentId: number;
}

function DeliveryRow({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useTranslation();
  return (
    <li className="delivery">
      <span className="delivery-channel">{delivery.channel}</span>
      <span className="quiet">{t(`event.${delivery.event}`)}</span>
      <span className="delivery-state">
        <StateMark kind={kDeliveryMark[delivery.state]} word={t(`deliveryState.${delivery.state}`)} />
        {delivery.attempts > 1 && <span className="quiet">×{delivery.attempts}</span>}
      </span>
      <span className="delivery-time number">
        <Clock time={delivery.created} />
      </span>
      {delivery.last_error !== "" && delivery.state !== "delivered" && (
        <span className="delivery-error">
          {delivery.last_error}
          {delivery.next_attempt !== null && delivery.state === "pending" && (
            <>
              {" "}
              · {t("incident.nextTry")} <Clock time={delivery.next_attempt} />
            </>
          )}
        </span>
      )}
    </li>
  );
}

export function DeliveryLog({ incidentId }: DeliveryLogProps) {
  const { t } = useTranslation();
  const deliveries = useDeliveries(incidentId);
  return (
    <Card title={t("incident.deliveries")} hint={t("incident.deliveriesHint")}>
      {deliveries.isError && deliveries.data === undefined && (
        <ErrorState what={t("error.deliveries")} failure={deliveries.error} onRetry={() => void deliveries.refetch()} />
      )}
      {deliveries.isPending && (
        <div style={{ padding: "0 16px 14px" }}>
          <Skeleton height={64} />
        </div>
      )}
      {deliveries.data?.length === 0 && (
        <EmptyState
          mark="pending"
          title={t("incident.deliveriesNone")}
          next={<InlineCode text={t("incident.deliveriesNoneNext")} />}
        />
      )}
      {deliveries.data !== undefined && deliveries.data.length > 0 && (
        <ol className="deliveries">
          {deliveries.data.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} />
          ))}
        </ol>
      )}
    </Card>
  );
}
