"""The outbox is filled and emptied all the time: it is swept after some thousand rows, whatever its size."""

from __future__ import annotations

from django.db import migrations

SWEPT = "ALTER TABLE transparency_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
AS_OTHERS = "ALTER TABLE transparency_pending RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)"


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("transparency", "0001_log")]

    operations = [migrations.RunSQL(SWEPT, AS_OTHERS)]
