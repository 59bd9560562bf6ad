import pulumi
import pulumi_kubernetes as k8s

config = pulumi.Config()
replicas = config.get_int("replicas")
labels = {"app": "${PROJECT}"}

deployment = k8s.apps.v1.Deployment(
    "web",
    metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
    spec=k8s.apps.v1.DeploymentSpecArgs(
        replicas=2 if replicas is None else replicas,
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels=labels),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
            spec=k8s.core.v1.PodSpecArgs(
                containers=[
                    k8s.core.v1.ContainerArgs(
                        name="web",
                        image="nginx:1.29",
                        ports=[k8s.core.v1.ContainerPortArgs(container_port=80)],
                    )
                ],
            ),
        ),
    ),
)

service = k8s.core.v1.Service(
    "web",
    metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
    spec=k8s.core.v1.ServiceSpecArgs(
        selector=labels,
        ports=[k8s.core.v1.ServicePortArgs(port=80, target_port=80)],
    ),
)

pulumi.export("deployment_name", deployment.metadata["name"])
pulumi.export("service_name", service.metadata["name"])
