"""Attacks by other instances and by strangers: every entry of the list, and where it is tried.

An entry is tried at every door that fits, by tests whose names begin as it does. Those of this package stand
by file and beginning (``*`` for what follows); others that belong to it stand with their place in ``tests/``.

Doors: the inboxes, messages, log, held, held log and bucket (signed); notices, proposals and strangers'
inboxes (open to all); pulled pages, notices, identities, actors and files (fetched).

Signature
    missing: test_signature.py::test_signature_missing*;
        federation/notices/test_receiving.py::test_a_notice_without_its_proof_is_refused
    wrong method: test_signature.py::test_wrong_method; federation/activitypub/test_strangers_attacks.py::
        test_a_signature_that_leaves_out_method_or_address_is_dropped
    wrong path: test_signature.py::test_wrong_path; federation/activitypub/test_strangers_attacks.py::
        test_an_older_signature_for_another_host_or_path_is_dropped
    wrong query: test_signature.py::test_wrong_query
    digest unsigned: test_signature.py::test_digest_unsigned; federation/activitypub/
        test_strangers_attacks.py::test_a_body_whose_digest_is_not_signed_is_dropped
    digest mismatched: test_signature.py::test_digest_mismatched;
        federation/activitypub/test_strangers_attacks.py::test_another_body_than_the_signed_one_is_dropped
    created missing: test_signature.py::test_created_missing*; federation/activitypub/
        test_strangers_attacks.py::test_an_older_signature_that_leaves_something_out_is_dropped
    created old: test_signature.py::test_created_old*; federation/activitypub/
        test_strangers_attacks.py::test_what_was_signed_long_before_or_after_it_came_is_dropped
    created future: test_signature.py::test_created_future*
    duplicate labels: test_signature.py::test_duplicate_labels;
        federation/activitypub/test_strangers_attacks.py::test_two_signatures_are_no_signature
    duplicate components: test_signature.py::test_duplicate_components
    algorithm swap: test_signature.py::test_algorithm_swap*; federation/activitypub/
        test_strangers_attacks.py::test_an_algorithm_that_is_not_the_keys_is_dropped
    key revoked mid-stream: test_signature.py::test_key_revoked_mid_stream*
    key rotated mid-stream: test_signature.py::test_key_rotated*; federation/notices/test_receiving.py::
        test_a_rotation_signed_by_a_replaced_key_is_refused
    replay: test_signature.py::test_replay*; federation/activitypub/test_strangers_attacks.py::
        test_a_message_counts_once_however_its_label_is_called

Origin
    key id: test_origin.py::test_key_id_shares_the_origin; test_origin.py::
        test_key_id_of_a_stranger_shares_the_origin
    actor: test_origin.py::test_actor_is_the_pinned_peer; federation/activitypub/test_strangers_attacks.py::
        test_an_actor_document_that_is_anothers_is_no_actor
    activity id: test_origin.py::test_activity_id_shares_the_origin; federation/activitypub/
        test_strangers_attacks.py::test_an_activity_whose_id_is_at_another_server_is_dropped
    object id: test_origin.py::test_object_id_shares_the_origin*
    attributedTo: test_origin.py::test_attributed_to*
    all match the pinned peer: test_origin.py::test_everything_matches_the_pinned_peer*
    uploaded JSON served as an actor: test_origin.py::test_uploaded_json_served_as_an_actor*
    punycode and look-alike hosts: test_origin.py::test_punycode_and_look_alike_hosts*;
        federation/test_peering.py::test_look_alikes_are_spelt_out
    update by a non-owner: test_origin.py::test_update_by_a_non_owner; test_origin.py::
        test_update_or_delete_by_a_stranger
    delete by a non-owner: test_origin.py::test_delete_by_a_non_owner*; test_origin.py::
        test_handover_by_a_non_owner; federation/activitypub/test_strangers_attacks.py::
        test_nobody_ends_the_following_of_somebody_else

Egress
    loopback: test_egress.py::test_loopback_addresses; test_egress.py::test_special_addresses*
    169.254.169.254: test_egress.py::test_169_254_169_254
    mapped addresses: test_egress.py::test_mapped_addresses
    NAT64 addresses: test_egress.py::test_nat64_addresses
    decimal addresses: test_egress.py::test_decimal_addresses; hub/test_fetching.py::
        test_special_addresses_are_refused
    DNS rebinding: test_egress.py::test_dns_rebinding
    redirects to private addresses: test_egress.py::test_redirects_to_private_addresses*;
        hub/test_fetching.py::test_redirects_are_not_followed
    redirect loops: test_egress.py::test_redirect_loops*
    key fetch before authentication: test_egress.py::test_key_fetch_before_authentication*

Resources
    body over the cap: test_resources.py::test_body_over_the_cap*
    compression bomb: test_resources.py::test_compression_bomb*
    slow sender: test_resources.py::test_slow_sender*; hub/test_fetching.py::
        test_a_slow_sender_is_left_wherever_it_drips
    deep JSON: test_resources.py::test_deep_json*
    duplicate keys: test_resources.py::test_duplicate_keys; test_resources.py::test_deep_json_duplicate_keys*
    NaN and huge integers: test_resources.py::test_nan_and_huge_integers; federation/test_strictjson.py::
        test_it_is_refused
    context poisoning: test_resources.py::test_context_poisoning*

Order
    delete before create: test_order.py::test_delete_before_create*
    update before create: test_order.py::test_update_before_create
    old revision: test_order.py::test_old_revision
    gap: test_order.py::test_gap*
    duplicates: test_order.py::test_duplicates*
    crash in the middle of an apply: test_order.py::test_crash_in_the_middle_of_an_apply;
        federation/machine/test_machine.py::test_whatever_happens_nothing_is_lost_forged_or_doubled
    half an outage: test_order.py::test_half_an_outage*
    origin restored from backup: test_order.py::test_origin_restored_from_backup;
        federation/restoring/test_recovering.py::
        test_what_was_published_after_the_backup_comes_back_with_its_page
    poison entry: test_order.py::test_poison_entry*; federation/test_odd_entries.py::
        test_what_fails_in_the_database_is_kept_aside_alone

Content
    script: test_content.py::test_script
    javascript: addresses: test_content.py::test_javascript_addresses*
    SVG: test_content.py::test_svg; content/test_svg.py::test_*
    MathML: test_content.py::test_mathml
    CSS: test_content.py::test_css
    tracking images: test_content.py::test_tracking_images
    RTL override: test_content.py::test_rtl_override*; federation/test_attachments_hostile.py::
        test_a_name_can_do_nothing_where_it_is_saved
    ../ in file names: test_content.py::test_dots_and_slashes_in_file_names; files/test_archives.py::
        test_paths_that_lead_out_are_refused
    NUL in file names: test_content.py::test_nul_in_file_names
    reserved file names: test_content.py::test_reserved_file_names; test_content.py::
        test_file_names_in_the_command_that_is_shown
    media type mismatch: test_content.py::test_media_type_mismatch
    checksum mismatch: test_content.py::test_checksum_mismatch
    size mismatch: test_content.py::test_size_mismatch; federation/test_attachments_hostile.py::
        test_a_size_that_is_not_the_files_withholds_it_though_the_checksum_is_right
    EICAR: test_content.py::test_eicar
"""
