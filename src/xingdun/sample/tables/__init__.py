"""The tables of the sample hospital, each after those it refers to."""

from xingdun.sample.declaration import Table
from xingdun.sample.tables import (
    clinical,
    encounters,
    finance,
    laboratory,
    people,
    public_health,
    reference,
    service,
)

TABLES: tuple[Table, ...] = (
    *reference.TABLES,
    people.STAFF,
    *people.PATIENTS,
    *encounters.TABLES,
    *clinical.TABLES,
    *laboratory.TABLES,
    *finance.TABLES,
    *public_health.TABLES,
    *service.TABLES,
)

SCHEMAS = {
    "his": "医院信息系统",
    "lis": "检验信息系统",
    "pacs": "影像信息系统",
    "research": "科研数据",
}
