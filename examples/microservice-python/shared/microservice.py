"""Reusable microservice component"""

import pulumi
import pulumi_kubernetes as k8s
from typing import Dict, Optional

class MicroserviceArgs:
    def __init__(
        self,
        name: str,
        namespace: str,
        image: str,
        port: int,
        replicas: int = 3,
        env_vars: Optional[Dict[str, str]] = None,
        min_replicas: int = 2,
        max_replicas: int = 10,
    ):
        self.name = name
        self.namespace = namespace
        self.image = image
        self.port = port
        self.replicas = replicas
        self.env_vars = env_vars or {}
        self.min_replicas = min_replicas
        self.max_replicas = max_replicas

class Microservice(pulumi.ComponentResource):
    """Complete microservice with Deployment, Service, HPA, Ingress"""

    def __init__(self, name: str, args: MicroserviceArgs, opts=None):
        super().__init__("custom:app:Microservice", name, {}, opts)

        labels = {"app": args.name}

        # ConfigMap
        self.config_map = k8s.core.v1.ConfigMap(
            f"{args.name}-config",
            metadata={"name": f"{args.name}-config", "namespace": args.namespace},
            data=args.env_vars,
            opts=pulumi.ResourceOptions(parent=self),
        )

        # Deployment
        self.deployment = k8s.apps.v1.Deployment(
            args.name,
            metadata={"name": args.name, "namespace": args.namespace},
            spec={
                "replicas": args.replicas,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "containers": [{
                            "name": args.name,
                            "image": args.image,
                            "ports": [{"containerPort": args.port}],
                            "envFrom": [{
                                "configMapRef": {"name": self.config_map.metadata["name"]}
                            }],
                        }],
                    },
                },
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

        # Service
        self.service = k8s.core.v1.Service(
            args.name,
            metadata={"name": args.name, "namespace": args.namespace},
            spec={
                "selector": labels,
                "ports": [{"port": 80, "targetPort": args.port}],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

        # HPA
        self.hpa = k8s.autoscaling.v2.HorizontalPodAutoscaler(
            f"{args.name}-hpa",
            metadata={"name": f"{args.name}-hpa", "namespace": args.namespace},
            spec={
                "scaleTargetRef": {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": args.name,
                },
                "minReplicas": args.min_replicas,
                "maxReplicas": args.max_replicas,
                "metrics": [{
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {"type": "Utilization", "averageUtilization": 70},
                    },
                }],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.register_outputs({})
