"""
Day Service Application Resources
Manages: Deployment, Service, ConfigMap, HPA, Ingress
"""

import pulumi
import pulumi_kubernetes as k8s

# Configuration
config = pulumi.Config()
app_name = "day-service"
namespace = config.get("namespace") or "production"
image_tag = config.get("image_tag") or "latest"
replicas = config.get_int("replicas") or 3
min_replicas = config.get_int("min_replicas") or 2
max_replicas = config.get_int("max_replicas") or 10

# Get cluster info from infrastructure stack
infra_stack = pulumi.StackReference(f"organization/infrastructure/production")
cluster_name = infra_stack.get_output("cluster_name")

# Labels for all resources
labels = {
    "app": app_name,
    "managed-by": "pulumi",
    "team": "day-team",
}

# ConfigMap for application configuration
config_map = k8s.core.v1.ConfigMap(
    f"{app_name}-config",
    metadata=k8s.meta.v1.ObjectMetaArgs(
        name=f"{app_name}-config",
        namespace=namespace,
        labels=labels,
    ),
    data={
        "LOG_LEVEL": config.get("log_level") or "INFO",
        "DATABASE_HOST": config.get("database_host") or "postgres.production.svc",
        "CACHE_TTL": config.get("cache_ttl") or "300",
        "FEATURE_FLAG_NEW_UI": config.get("feature_new_ui") or "true",
    },
)

# Deployment
deployment = k8s.apps.v1.Deployment(
    app_name,
    metadata=k8s.meta.v1.ObjectMetaArgs(
        name=app_name,
        namespace=namespace,
        labels=labels,
    ),
    spec=k8s.apps.v1.DeploymentSpecArgs(
        replicas=replicas,
        selector=k8s.meta.v1.LabelSelectorArgs(
            match_labels={"app": app_name},
        ),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=labels,
            ),
            spec=k8s.core.v1.PodSpecArgs(
                containers=[
                    k8s.core.v1.ContainerArgs(
                        name=app_name,
                        image=f"your-registry/{app_name}:{image_tag}",
                        ports=[
                            k8s.core.v1.ContainerPortArgs(
                                container_port=8080,
                                name="http",
                            )
                        ],
                        env_from=[
                            k8s.core.v1.EnvFromSourceArgs(
                                config_map_ref=k8s.core.v1.ConfigMapEnvSourceArgs(
                                    name=config_map.metadata["name"],
                                )
                            )
                        ],
                        resources=k8s.core.v1.ResourceRequirementsArgs(
                            requests={
                                "cpu": "100m",
                                "memory": "128Mi",
                            },
                            limits={
                                "cpu": "500m",
                                "memory": "512Mi",
                            },
                        ),
                        liveness_probe=k8s.core.v1.ProbeArgs(
                            http_get=k8s.core.v1.HTTPGetActionArgs(
                                path="/health",
                                port=8080,
                            ),
                            initial_delay_seconds=30,
                            period_seconds=10,
                        ),
                        readiness_probe=k8s.core.v1.ProbeArgs(
                            http_get=k8s.core.v1.HTTPGetActionArgs(
                                path="/ready",
                                port=8080,
                            ),
                            initial_delay_seconds=5,
                            period_seconds=5,
                        ),
                    )
                ],
            ),
        ),
    ),
)

# Service
service = k8s.core.v1.Service(
    app_name,
    metadata=k8s.meta.v1.ObjectMetaArgs(
        name=app_name,
        namespace=namespace,
        labels=labels,
    ),
    spec=k8s.core.v1.ServiceSpecArgs(
        type="ClusterIP",
        selector={"app": app_name},
        ports=[
            k8s.core.v1.ServicePortArgs(
                port=80,
                target_port=8080,
                protocol="TCP",
                name="http",
            )
        ],
    ),
)

# HorizontalPodAutoscaler
hpa = k8s.autoscaling.v2.HorizontalPodAutoscaler(
    f"{app_name}-hpa",
    metadata=k8s.meta.v1.ObjectMetaArgs(
        name=f"{app_name}-hpa",
        namespace=namespace,
        labels=labels,
    ),
    spec=k8s.autoscaling.v2.HorizontalPodAutoscalerSpecArgs(
        scale_target_ref=k8s.autoscaling.v2.CrossVersionObjectReferenceArgs(
            api_version="apps/v1",
            kind="Deployment",
            name=app_name,
        ),
        min_replicas=min_replicas,
        max_replicas=max_replicas,
        metrics=[
            k8s.autoscaling.v2.MetricSpecArgs(
                type="Resource",
                resource=k8s.autoscaling.v2.ResourceMetricSourceArgs(
                    name="cpu",
                    target=k8s.autoscaling.v2.MetricTargetArgs(
                        type="Utilization",
                        average_utilization=70,
                    ),
                ),
            ),
            k8s.autoscaling.v2.MetricSpecArgs(
                type="Resource",
                resource=k8s.autoscaling.v2.ResourceMetricSourceArgs(
                    name="memory",
                    target=k8s.autoscaling.v2.MetricTargetArgs(
                        type="Utilization",
                        average_utilization=80,
                    ),
                ),
            ),
        ],
    ),
)

# Ingress
ingress = k8s.networking.v1.Ingress(
    app_name,
    metadata=k8s.meta.v1.ObjectMetaArgs(
        name=app_name,
        namespace=namespace,
        labels=labels,
        annotations={
            "alb.ingress.kubernetes.io/scheme": "internet-facing",
            "alb.ingress.kubernetes.io/target-type": "ip",
            "alb.ingress.kubernetes.io/healthcheck-path": "/health",
        },
    ),
    spec=k8s.networking.v1.IngressSpecArgs(
        ingress_class_name="alb",
        rules=[
            k8s.networking.v1.IngressRuleArgs(
                http=k8s.networking.v1.HTTPIngressRuleValueArgs(
                    paths=[
                        k8s.networking.v1.HTTPIngressPathArgs(
                            path="/",
                            path_type="Prefix",
                            backend=k8s.networking.v1.IngressBackendArgs(
                                service=k8s.networking.v1.IngressServiceBackendArgs(
                                    name=app_name,
                                    port=k8s.networking.v1.ServiceBackendPortArgs(
                                        number=80,
                                    ),
                                ),
                            ),
                        )
                    ],
                ),
            )
        ],
    ),
)

# Exports
pulumi.export("deployment_name", deployment.metadata["name"])
pulumi.export("service_name", service.metadata["name"])
pulumi.export("hpa_name", hpa.metadata["name"])
pulumi.export("ingress_name", ingress.metadata["name"])
pulumi.export("replicas", replicas)
