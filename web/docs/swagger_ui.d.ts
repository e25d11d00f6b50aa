declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Request {
    readonly url: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }
  interface Options {
    readonly dom_id: string;
    readonly url: string;
    readonly deepLinking?: boolean;
    readonly defaultModelsExpandDepth?: number;
    readonly docExpansion?: "list" | "full" | "none";
    readonly displayRequestDuration?: boolean;
    readonly tryItOutEnabled?: boolean;
    readonly validatorUrl?: null;
    readonly requestInterceptor?: (request: Request) => Request | Promise<Request>;
  }
  export default function SwaggerUi(options: Options): void;
}
