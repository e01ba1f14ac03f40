"""The root of the addresses."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from tanheng.decisions import pages as decisions
from tanheng.jobs import pages as jobs
from tanheng.ledger import form_pages as ledger_forms
from tanheng.ledger import pages as ledger
from tanheng.people import form_pages as people_forms
from tanheng.people import pages as people
from tanheng.portal import (
    approval_pages,
    board,
    compare_pages,
    demo,
    facilities,
    interface_pages,
    map_pages,
    organisation_pages,
    policy_pages,
    run_pages,
)
from tanheng.portal.api import api
from tanheng.portal.home import home
from tanheng.portal.office import records
from tanheng.portal.office.site import office
from tanheng.portal.search import search
from tanheng.portal.static_files import static_file
from tanheng.portal.work import pages as work
from tanheng.submissions import pages as submissions

records.register()
handler404 = "tanheng.portal.refusal_pages.not_there"
urlpatterns = [
    path("", home, name="home"),
    path("search/", search, name="search"),
    path("interface/", interface_pages.interface, name="interface"),
    path("interface/<slug:subject>/", interface_pages.interface, name="interface_subject"),
    # Where people of other sites look for it.
    path("api/docs", RedirectView.as_view(pattern_name="interface", query_string=True), name="api_docs"),
    path("language/", set_language, name="set_language"),
    path("measures/", board.measures, name="measures"),
    path("measures/<slug:key>/", board.measure, name="measure"),
    path("runs/", run_pages.runs, name="runs"),
    path("runs/new/", work.new_run, name="new_run"),
    path("runs/<slug:address>/", run_pages.run, name="run"),
    path("runs/<slug:address>/why/", run_pages.why, name="why"),
    path("runs/<slug:address>/<slug:measure>/", run_pages.part, name="part"),
    path("runs/<slug:address>/<slug:measure>/tables/<str:name>/", run_pages.table, name="run_table"),
    path("runs/<slug:address>/<slug:measure>/pictures/<str:name>.json", run_pages.picture, name="picture"),
    path("runs/<slug:address>/<slug:measure>/pictures/<str:name>.svg", run_pages.drawing, name="drawing"),
    path("runs/<slug:address>/<slug:measure>/publish/", decisions.publish, name="publish_decisions"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<int:decision>/", decisions.decision, name="decision"),
    path("decisions/<int:decision>/proof.json", decisions.proof, name="decision_proof"),
    path("decisions/<int:decision>/withdraw/", decisions.withdraw, name="withdraw_decision"),
    path("", include("tanheng.cases.urls")),
    path("credits/", include("tanheng.credits.urls")),
    path("quiet/", include("tanheng.communities.urls")),
    path("compare/", compare_pages.all_comparisons, name="comparisons"),
    path("compare/new/", compare_pages.new_comparison, name="new_comparison"),
    path("compare/<slug:address>/", compare_pages.comparison, name="comparison"),
    path("compare/<slug:address>/<slug:measure>/", run_pages.part, name="comparison_part"),
    path("compare/<slug:address>/<slug:measure>/tables/<str:name>/", run_pages.table, name="comparison_table"),
    path(
        "compare/<slug:address>/<slug:measure>/pictures/<str:name>.json", run_pages.picture, name="comparison_picture"
    ),
    path("compare/<slug:address>/<slug:measure>/pictures/<str:name>.svg", run_pages.drawing, name="comparison_drawing"),
    path("tables/", submissions.submissions, name="submissions"),
    path("tables/new/", submissions.new_submission, name="new_submission"),
    path("tables/of/<slug:name>/", submissions.table, name="submission_table"),
    path("tables/of/<slug:name>/empty.<slug:format>", submissions.empty_table, name="empty_table"),
    path("tables/<int:submission>/", submissions.submission, name="submission"),
    path("tables/<int:submission>/mend/", submissions.mend, name="mend_submission"),
    path("tables/<int:submission>/decide/", submissions.decide, name="decide_submission"),
    path("tables/<int:submission>/findings.<slug:format>", submissions.findings, name="submission_findings"),
    path("tables/<int:submission>/file/", submissions.file, name="submission_file"),
    path("map/", map_pages.city_map, name="map"),
    path("map/<slug:address>/outlines/<str:name>.geojson", map_pages.outlines, name="map_outlines"),
    path("map/<slug:address>/<slug:measure>/<str:name>.geojson", map_pages.map_data, name="map_data"),
    path("organisations/", people.organisations, name="organisations"),
    path("organisations/<int:organisation>/", organisation_pages.organisation, name="organisation"),
    path("organisations/<int:organisation>/facilities/<str:facility>/", facilities.facility, name="facility"),
    path(
        "organisations/<int:organisation>/facilities/<str:facility>/why/", facilities.facility_why, name="facility_why"
    ),
    path("organisations/<int:organisation>/invite/", people.invite, name="invite"),
    path("organisations/<int:organisation>/members/<int:membership>/", people_forms.member, name="member"),
    path("invitations/accept/", people_forms.accept, name="accept_invitation"),
    path("tokens/", people_forms.tokens, name="tokens"),
    path("tokens/<int:token>/revoke/", people_forms.revoke_token, name="revoke_token"),
    path("invitations/<int:invitation>/revoke/", people.revoke_invitation, name="revoke_invitation"),
    path("book/", ledger.accounts, name="accounts"),
    path("book/open/", ledger_forms.open_account, name="open_account"),
    path("book/<str:number>/trusted/", ledger_forms.trusted, name="trusted"),
    path("book/<str:number>/trusted/<int:trust>/remove/", ledger_forms.distrust, name="distrust"),
    path("book/<str:number>/state/", ledger_forms.turn_account, name="turn_account"),
    path("book/<str:number>/", ledger.account, name="account"),
    path("book/<str:number>/<str:asset>/", ledger.statement, name="statement"),
    path("transfers/", ledger.transfers, name="transfers"),
    path("transfers/new/", ledger.new_transfer, name="new_transfer"),
    path("transfers/reserve/", ledger_forms.reserve, name="reserve"),
    path("transfers/retire/", ledger_forms.retire, name="retire"),
    path("transfers/<int:transfer>/end/", ledger_forms.end_reservation, name="end_reservation"),
    path("transfers/waiting/<int:queued>/withdraw/", ledger.withdraw, name="withdraw"),
    path("transfers/<int:transfer>/", ledger.transfer, name="transfer"),
    path("transfers/<int:transfer>/proof.json", ledger.proof, name="proof"),
    path("approvals/", approval_pages.approvals, name="approvals"),
    path("approvals/<int:approval>/", approval_pages.approval, name="approval"),
    path("approvals/<int:approval>/decide/", approval_pages.decide, name="decide"),
    path("files/", work.ask_export, name="ask_export"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/routines/", jobs.routines, name="routines"),
    path("jobs/<int:job>/", jobs.job, name="job"),
    path("jobs/<int:job>/file/", work.job_file, name="job_file"),
    path("jobs/<int:job>/cancel/", jobs.cancel, name="cancel_job"),
    path("audit-trail/", people.audit_trail, name="audit_trail"),
    path("policy-reports/", policy_pages.policy, name="policy"),
    path("policy-reports/take/", policy_pages.take, name="policy_take"),
    path("demo/sign-in/", demo.sign_in, name="demo_sign_in"),
    path("office/", office.urls),
    path("users/<int:user>/", people_forms.block_user, name="block_user"),
    path("api/", api.urls),
    path("accounts/", include("allauth.urls")),
    path(f"{settings.STATIC_URL.strip('/')}/<path:path>", static_file),
]
