"""Certificates and named holders as leaves of the transparency log.

The salt in a certificate's text keeps a beneficiary who is not named from being guessed by the hash.
"""

from __future__ import annotations

from tanheng.transparency import sources

TRANSFER, CERTIFICATE, SHOWN_HOLDER = 2, 23, 24

OUTBOX = f"""
CREATE TRIGGER credit_certificate_to_log AFTER INSERT ON credit_register_certificate
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{CERTIFICATE}');
CREATE TRIGGER credit_shown_holder_to_log AFTER INSERT ON credit_register_shownholder
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{SHOWN_HOLDER}');
"""
OUTBOX_UNDONE = """
DROP TRIGGER credit_certificate_to_log ON credit_register_certificate;
DROP TRIGGER credit_shown_holder_to_log ON credit_register_shownholder;
"""

_AT = """to_char({}at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
CERTIFICATE_BODY = f"""
SELECT c.id, books_canonical_json(jsonb_build_object(
    'id', c.id, 'number', c.number, 'at', {_AT.format("c.")}, 'kind', c.kind, 'organisation', c.organisation_id,
    'holder', c.holder, 'account', c.account_id, 'asset', a.code, 'transfer', c.transfer, 'quantity', c.quantity,
    'beneficiary', c.beneficiary, 'purpose', c.purpose, 'named', c.named, 'about_kind', c.about_kind,
    'about', c.about, 'lots', (
        SELECT jsonb_agg(jsonb_build_object('first', lower(l.serials), 'last', upper(l.serials) - 1,
                         'vintage', l.vintage, 'label', l.label) ORDER BY lower(l.serials))
        FROM credit_register_certificatelot l WHERE l.certificate_id = c.id),
    'by', c.by_id, 'second_by', c.second_by_id, 'approval', c.approval, 'salt', c.salt))
FROM credit_register_certificate c JOIN ledger_asset a ON a.id = c.asset_id WHERE c.id = ANY(%s)
"""
SHOWN_HOLDER_BODY = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT.format("")}, 'organisation', organisation_id, 'shown', shown, 'by', by_id, 'salt', salt))
FROM credit_register_shownholder WHERE id = ANY(%s)
"""
_IDS = "SELECT id FROM {} WHERE id > %s ORDER BY id"


def register() -> None:
    """Tell the log how both kinds of rows become leaves."""
    sources.register(
        CERTIFICATE,
        "certificate of retired units",
        CERTIFICATE_BODY,
        ids_sql=_IDS.format("credit_register_certificate"),
    )
    sources.register(
        SHOWN_HOLDER,
        "holder named in the register",
        SHOWN_HOLDER_BODY,
        ids_sql=_IDS.format("credit_register_shownholder"),
    )
