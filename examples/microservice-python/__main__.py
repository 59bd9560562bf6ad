"""One component, two services."""

import pulumi
from shared.microservice import Microservice, MicroserviceArgs

config = pulumi.Config()
namespace = config.get("namespace") or "production"

dawn = Microservice(
    "dawn",
    MicroserviceArgs(
        name="dawn",
        namespace=namespace,
        image="your-registry/dawn:v1.2.3",
        port=8080,
        env_vars={"LOG_LEVEL": "INFO", "DATABASE_URL": "postgres://dawn.production.svc"},
    ),
)

dusk = Microservice(
    "dusk",
    MicroserviceArgs(
        name="dusk",
        namespace=namespace,
        image="your-registry/dusk:v1.2.3",
        port=8080,
        replicas=5,
        env_vars={"LOG_LEVEL": "INFO", "DATABASE_URL": "postgres://dusk.production.svc"},
        min_replicas=3,
        max_replicas=20,
    ),
)

pulumi.export("dawnService", dawn.service.metadata["name"])
pulumi.export("duskService", dusk.service.metadata["name"])
