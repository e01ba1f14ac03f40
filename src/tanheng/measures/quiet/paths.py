"""All paths from a source to a receiver, found in the scene."""

from __future__ import annotations

from tanheng.measures.quiet.cutting import Site, receiver_corner, source_corner
from tanheng.measures.quiet.lateral import lateral_profiles
from tanheng.measures.quiet.profile import Condition, Profile, unfold
from tanheng.measures.quiet.reflecting import reflected_profiles
from tanheng.measures.quiet.scene import Receiver, Source


def direct_profile(site: Site, source: Source, receiver: Receiver) -> Profile:
    """The vertical cut along the straight line in plan."""
    return unfold("direct", site.cut_path([source_corner(source), receiver_corner(receiver)]), source.ground_factor)


def find_paths(site: Site, source: Source, receiver: Receiver, condition: Condition) -> list[Profile]:
    """Direct, lateral and reflected paths. The bent ray of favourable conditions passes over
    obstacles and walls that the straight one meets, so lateral and reflected paths depend on the condition."""
    return [
        direct_profile(site, source, receiver),
        *lateral_profiles(site, source, receiver, condition),
        *reflected_profiles(site, source, receiver, condition),
    ]
