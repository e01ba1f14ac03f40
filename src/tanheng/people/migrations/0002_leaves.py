"""Each entry of the audit trail goes to the transparency log, in the same transaction."""

from django.db import migrations

from tanheng.people import leaves


class Migration(migrations.Migration):
    dependencies = [("people", "0001_people"), ("transparency", "0001_log")]

    operations = [
        migrations.RunSQL(leaves.CANONICAL_JSON, leaves.CANONICAL_JSON_UNDONE),
        migrations.RunSQL(leaves.OUTBOX, leaves.OUTBOX_UNDONE),
    ]
